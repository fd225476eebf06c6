"""What candidates are told about recording before anything is recorded."""

import pytest

from exams.notices import notice_for
from tests.factories import make_exam

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"recording": "flagged"}, "Video of flagged moments"),
        ({"recording": "full"}, "Video of the whole exam"),
        ({"recording": "flagged", "watch_audio": True}, "Video with sound of flagged moments"),
        ({"recording": "full", "watch_audio": True}, "Video with sound of the whole exam"),
    ],
)
def test_what_is_recorded_is_listed_with_its_reason(changes: dict[str, object], label: str) -> None:
    notice = notice_for(make_exam(**changes))
    told = next(watched for watched in notice.watched if watched.key == "recording")
    assert told.label == label
    assert "as long as told below" in told.why
    assert not any("no video is recorded" in paragraph for paragraph in notice.paragraphs)


@pytest.mark.parametrize("changes", [{}, {"recording": "none"}, {"recording": "full", "watch_webcam": False}])
def test_without_a_recording_it_is_said_that_there_is_none(changes: dict[str, object]) -> None:
    notice = notice_for(make_exam(**changes))
    assert all(watched.key != "recording" for watched in notice.watched)
    assert any("no video is recorded" in paragraph for paragraph in notice.paragraphs)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Your camera is recorded."),
        ({"watch_screen": True}, "Your camera and the screen that you share are recorded."),
        ({"watch_screen": True, "watch_webcam": False}, "The screen that you share is recorded."),
    ],
)
def test_it_is_said_what_is_filmed(changes: dict[str, object], words: str) -> None:
    told = next(
        one for one in notice_for(make_exam(recording="full", **changes)).watched if one.key == "recording"
    )
    assert told.why.startswith(words)


def test_nobody_is_promised_that_recorded_sound_is_not_heard() -> None:
    silent, recorded = (notice_for(make_exam(watch_audio=True, recording=mode)) for mode in ("none", "full"))
    words = [
        next(one.why for one in notice.watched if one.key == "microphone") for notice in (silent, recorded)
    ]
    assert "Nobody hears it" in words[0]
    assert "Nobody hears it" not in words[1]
    assert silent.sha256 != recorded.sha256


def test_a_shared_screen_is_told_with_who_sees_it_and_how_long_it_is_kept() -> None:
    exam = make_exam(watch_screen=True)
    screen = next(one for one in notice_for(exam).watched if one.key == "screen")
    assert "no software reads it" in screen.why
    assert "thrown away within a minute" in screen.why
    assert not any("no screen" in words for words in notice_for(exam).paragraphs)
    assert "screen" not in {one.key for one in notice_for(exam, frozenset({"screen"})).watched}


def test_the_number_of_tabs_is_told_where_there_may_be_several() -> None:
    one, three = make_exam(), make_exam(allowed_tabs=3)
    told = [next(w.why for w in notice_for(exam).watched if w.key == "tabs") for exam in (one, three)]
    assert told[0].startswith("Hiding the tab")
    assert told[1].startswith("You may use 3 tabs for this exam")

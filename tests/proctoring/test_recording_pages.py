"""A recording on the pages of its sitting: played in parts, with clips of flags, honest about holes."""

from urllib.request import urlopen

import pytest

from accounts.models import AuditEntry
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.models import Recording
from proctoring.recording_shown import RecordingStage, clips_of_flag, recording_state
from tests.conftest import Person
from tests.factories import make_exam
from tests.film_pieces import film
from tests.proctoring.pieces import flag_at, join_now, keep, recorded
from tests.proctoring.sittings import make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.fixture
def session() -> Session:
    """Recorded from 0 to 2 and from 60 to 61 seconds, and joined."""
    session = recorded()
    keep(session, seq=1, t_ms=0)
    keep(session, seq=2, t_ms=1000)
    keep(session, seq=7, t_ms=60_000)
    join_now(session)
    return session


def bytes_at(person: Person, session: Session, header: str) -> tuple[int, bytes]:
    answer = person.client.get(f"/sessions/{session.id}/recording/webcam/", HTTP_RANGE=header)
    if answer.status_code == 302:
        with urlopen(answer["Location"], timeout=20) as given:
            first, last = (int(number) for number in header.removeprefix("bytes=").split("-"))
            return 206, given.read()[first : last + 1]
    return answer.status_code, answer.content


def test_a_player_gets_the_part_that_it_asks_for(bob: Person, session: Session) -> None:
    status, part = bytes_at(bob, session, "bytes=0-3")
    assert (status, part) == (206, b"\x1a\x45\xdf\xa3")


def test_looking_at_it_is_one_act_in_the_audit_log(bob: Person, session: Session) -> None:
    for first in (0, 100, 200):
        bytes_at(bob, session, f"bytes={first}-{first + 9}")
    entry = AuditEntry.objects.get(action="recording.played")
    assert (entry.actor, entry.subject) == (f"user:{bob.user.id}", f"session:{session.id}")
    assert entry.detail == {"source": "webcam"}


def test_a_neighbour_sees_nothing_of_it(charlie: Person, session: Session) -> None:
    assert charlie.client.get(f"/sessions/{session.id}/recording/webcam/").status_code == 404
    assert charlie.client.get(f"/sessions/{session.id}/recording/").status_code == 404


@pytest.mark.parametrize("source", ["screen", "kitchen"])
def test_what_was_not_recorded_is_not_there(bob: Person, session: Session, source: str) -> None:
    assert bob.client.get(f"/sessions/{session.id}/recording/{source}/").status_code == 404


@pytest.mark.embedded_only
def test_a_file_that_is_gone_is_told(bob: Person, session: Session) -> None:
    Recording.objects.update(storage_key="gone.webm")
    answer = bob.client.get(
        f"/sessions/{session.id}/recording/webcam/", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 404
    assert "no longer stored" in answer.content.decode()


def test_the_state_tells_how_much_was_recorded(session: Session) -> None:
    state = recording_state(session)
    assert (state.stage, state.pieces, state.covered_ms) == (RecordingStage.READY, 3, 3000)
    assert state.coverage == pytest.approx(3000 / state.elapsed_ms)
    assert [(span.start_ms, span.file_ms) for span in state.recordings[0].spans] == [
        (0, 0),
        (1000, 1000),
        (60_000, 2000),
    ]


def test_a_flag_has_the_clip_of_its_moment(session: Session) -> None:
    clip = clips_of_flag(flag_at(session, 60_200, 60_500, 60_700))[0]
    assert (clip.source, clip.start_ms, clip.end_ms) == ("webcam", 60_000, 61_000)
    assert (clip.file_start_ms, clip.file_end_ms) == (2000, 3000)
    assert clip.url == f"/sessions/{session.id}/recording/webcam/#t=2.000,3.000"


def test_seconds_around_a_flag_are_no_clip_of_it(session: Session) -> None:
    assert clips_of_flag(flag_at(session, 8000, 9000, 9500)) == ()


def test_the_flags_page_plays_the_clip_or_says_that_there_is_none(bob: Person, session: Session) -> None:
    seen, unseen = flag_at(session, 60_200, 60_500, 60_700), flag_at(session, 30_000, 30_000, 31_000)
    assert "recording/webcam/#t=2.000,3.000" in bob.client.get(f"/flags/{seen.id}/").text
    assert "Video can be played when the sitting is over." in bob.client.get(f"/flags/{unseen.id}/").text
    Session.objects.update(state=SessionState.SUBMITTED)
    assert "There is no video of this moment." in bob.client.get(f"/flags/{unseen.id}/").text


def test_without_a_recording_nothing_is_said_of_it(bob: Person) -> None:
    session = make_sitting(make_exam())
    flag = flag_at(session, 1000, 1000, 2000)
    assert "video" not in bob.client.get(f"/flags/{flag.id}/").text.lower()
    assert "session-recording" not in bob.client.get(f"/sessions/{session.id}/").text


def test_the_session_page_has_the_player_and_what_is_left_out(bob: Person, session: Session) -> None:
    Recording.objects.update(problems={"missing": 1, "unreadable": 2})
    page = bob.client.get(f"/sessions/{session.id}/").text
    assert "<recording-player>" in page
    assert "1 piece is no longer stored." in page
    assert "2 pieces cannot be read as a video." in page


def test_while_it_is_made_the_page_says_so(bob: Person) -> None:
    session = recorded()
    page = f"/sessions/{session.id}/recording/"
    assert "No video has come" in bob.client.get(page).text
    keep(session)
    assert "Video is coming in." in bob.client.get(page).text
    services.end_session(session=session, to=SessionState.SUBMITTED)
    assert "The video is being made ready." in bob.client.get(page).text


def test_rubbish_alone_cannot_be_played(bob: Person) -> None:
    session = recorded()
    keep(session, content=film(1000)[:50])
    join_now(session)
    assert bob.client.get(f"/sessions/{session.id}/recording/webcam/").status_code == 404
    assert "1 piece cannot be read as a video." in bob.client.get(f"/sessions/{session.id}/").text


def test_the_camera_comes_before_the_screen(bob: Person) -> None:
    session = recorded(watch_screen=True)
    keep(session, source="screen")
    keep(session)
    join_now(session)
    assert [one.source for one in recording_state(session).recordings] == ["webcam", "screen"]
    clips = clips_of_flag(flag_at(session, 200, 300, 400))
    assert [clip.source for clip in clips] == ["webcam", "screen"]
    assert recording_state(session).covered_ms == 1000

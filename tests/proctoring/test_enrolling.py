"""The face at the camera check: enrolled, turned as asked, encrypted; and nobody is locked out."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache

from analysis import liveness
from analysis.baseline import Baseline as Normal
from analysis.frames import Frame
from analysis.geometry import rotation_of
from analysis.observations import Observation as Seen
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.analysing import analyse
from proctoring.models import Baseline, FaceCheck, FaceTemplate, Flag, Observation
from proctoring.services.checking import PERSON_CHECKS, Guidance
from proctoring.services.templates import template_of
from tests.analysis.people import template
from tests.factories import make_exam
from tests.proctoring.faces import EMBEDDER, STAGED
from tests.proctoring.fakes import picture_of, seen
from tests.proctoring.sittings import make_checking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


class Sitter:
    """A person in front of the camera, who turns the head as the test says."""

    yaw_deg = 0.0

    def observe(self, _frame: Frame, baseline: Normal | None = None) -> Seen:
        found = seen(1, against_baseline=baseline is not None, yaw_deg=self.yaw_deg)
        face = replace(found.faces[0], rotation=rotation_of(self.yaw_deg, 0.0, 0.0))
        return replace(found, faces=(face,))


@pytest.fixture(autouse=True)
def staged(settings: Any) -> Iterator[None]:
    settings.FACE_EMBEDDER = EMBEDDER
    yield
    STAGED.likeness = 1.0


def checking(**options: bool) -> Session:
    return make_checking(make_exam(**{"watch_identity": True, **options}))


def check(session: Session, turns: dict[str, float], most: int = 60) -> list[Guidance]:
    """Frames until the check is over; the head goes where `turns` says for what was asked."""
    sitter, heard = Sitter(), list[Guidance]()
    for seq in range(1, most + 1):
        parking.park(session.id, seq, picture_of(1))
        told = analyse(session_id=session.id, seq=seq, t_ms=0, observer=sitter).guidance
        assert told is not None
        heard.append(told)
        sitter.yaw_deg = turns.get(told.code, 0.0)
        session.refresh_from_db()
        if session.state == SessionState.READY:
            break
    return heard


OBEDIENT = {"turn_left": 25.0, "turn_right": -25.0}
CONTRARY = {"turn_left": -25.0, "turn_right": 25.0}


def test_who_turns_as_asked_is_enrolled_and_ready() -> None:
    session = checking()
    heard = check(session, OBEDIENT)
    assert session.state == SessionState.READY
    assert [told.progress for told in heard] == sorted(told.progress for told in heard)
    assert [told.code for told in heard[:9]] == ["ok"] * 9
    assert (heard[8].progress, heard[-1].code, heard[-1].progress) == (0.54, "ok", 1.0)
    asked = [told.code for told in heard[9:-1]]
    assert asked[0] == "face_forward"
    assert len([code for code in asked if code.startswith("turn_")]) == 2
    kept = FaceCheck.objects.get()
    assert (kept.outcome, kept.reason, kept.tries) == ("passed", "", 1)
    enrolled = template_of(session.id)
    assert enrolled is not None
    assert enrolled.vector == pytest.approx(template().vector, abs=1e-5)
    assert Baseline.objects.get().measurements["frames"] == 10
    assert not Observation.objects.exists()


def test_who_turns_the_other_way_starts_all_the_same_and_a_person_looks() -> None:
    session = checking()
    heard = check(session, CONTRARY)
    assert (session.state, heard[-1].code) == (SessionState.READY, "person_checks")
    assert "a person will look at it" in heard[-1].text
    kept = FaceCheck.objects.get()
    assert (kept.outcome, kept.reason, kept.tries) == ("failed", "other_side", 3)
    assert FaceTemplate.objects.exists()
    parking.park(session.id, 99, picture_of(1))
    again = analyse(session_id=session.id, seq=99, t_ms=0, observer=Sitter()).guidance
    assert again is not None
    assert again.code == "person_checks"


def test_a_check_that_was_not_passed_is_shown_to_a_person_without_points() -> None:
    session = checking()
    check(session, CONTRARY)
    services.start_session(session=session, device_info={})
    record = Observation.objects.get(stream="server").record
    assert (record["ev"], record["t"]) == ("face_check_failed", 0)
    assert record["detail"] == {"reason": "other_side", "tries": 3}
    services.end_session(session=session, to=SessionState.SUBMITTED)
    services.finalise(session_id=session.id)
    assert list(Flag.objects.values_list("rule", "severity", "delta_milli", "in_final")) == [
        ("FACE_CHECK_OPEN", "info", 0, True)
    ]
    assert not FaceTemplate.objects.exists()


def test_a_check_that_was_passed_leaves_no_word_in_the_log() -> None:
    session = checking()
    check(session, OBEDIENT)
    services.start_session(session=session, device_info={})
    assert not Observation.objects.exists()


def test_a_stranger_who_turns_for_the_candidate_does_not_pass() -> None:
    session = checking()
    check(session, {}, most=11)
    STAGED.likeness = 0.1
    check(session, OBEDIENT, most=6)
    assert FaceCheck.objects.get().reason == "somebody_else"


def test_where_no_template_can_be_made_the_exam_goes_on_without() -> None:
    session = checking()
    STAGED.likeness = None
    heard = check(session, OBEDIENT)
    assert heard[10].code == "too_far"
    assert (session.state, heard[-1].code) == (SessionState.READY, "person_checks")
    kept = FaceCheck.objects.get()
    assert (kept.outcome, kept.reason, kept.tries) == ("unavailable", "no_template", 0)
    assert not FaceTemplate.objects.exists()


def test_what_waits_in_the_cache_is_encrypted() -> None:
    session = checking()
    check(session, {}, most=7)
    waiting = cache.get(f"camera-check:{session.id}")
    assert waiting.face.collected is not None
    with pytest.raises((UnicodeDecodeError, json.JSONDecodeError)):
        json.loads(waiting.face.collected.content)
    assert not FaceTemplate.objects.exists()


def test_a_key_that_was_replaced_meanwhile_begins_the_pictures_anew(settings: Any) -> None:
    session = checking()
    check(session, {}, most=7)
    settings.SECRET_KEY = "another-key-0123456789-0123456789-0123456789-0123"
    check(session, OBEDIENT)
    assert FaceCheck.objects.get().outcome == "passed"
    assert template_of(session.id) is not None


def test_what_is_switched_off_is_not_done() -> None:
    session = checking(watch_identity=False)
    heard = check(session, {})
    assert (len(heard), session.state) == (10, SessionState.READY)
    services.start_session(session=session, device_info={})
    assert not FaceCheck.objects.exists()
    assert not FaceTemplate.objects.exists()
    assert not Observation.objects.exists()


def test_without_the_network_the_reviewer_is_told_and_the_candidate_not_bothered(settings: Any) -> None:
    settings.FACE_EMBEDDER = "tests.proctoring.faces.no_embedder"
    session = checking()
    heard = check(session, {})
    assert (len(heard), session.state, heard[-1].code) == (10, SessionState.READY, "ok")
    services.start_session(session=session, device_info={})
    assert only_check() == ("unavailable", "no_model", 0)
    record = Observation.objects.get(stream="server").record
    assert (record["ev"], record["detail"]) == ("face_check_unavailable", {"reason": "no_model", "tries": 0})


def test_a_check_that_was_skipped_is_an_info_and_never_a_suspicion() -> None:
    session = checking()
    services.start_session(session=session, device_info={}, without_baseline=True)
    assert only_check() == ("unavailable", "skipped", 0)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    services.finalise(session_id=session.id)
    assert list(Flag.objects.values_list("rule", "severity", "delta_milli")) == [
        ("FACE_NOT_CHECKED", "info", 0)
    ]
    session.risk.refresh_from_db()
    assert (session.risk.score_milli, session.risk.integrity_milli) == (0, 100_000)


def test_starting_again_says_nothing_twice() -> None:
    session = checking()
    check(session, CONTRARY)
    for _ in range(2):
        session = services.start_session(session=session, device_info={})
    assert only_check() == ("failed", "other_side", 3)
    assert Observation.objects.filter(stream="server").count() == 1


def only_check() -> tuple[str, str, int]:
    kept = FaceCheck.objects.get()
    return kept.outcome, kept.reason, kept.tries


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        (CONTRARY, "That was the other side, so once more. Look straight at the screen."),
        ({}, "That took too long, so once more. Look straight at the screen."),
    ],
)
def test_a_miss_is_explained_and_the_way_goes_on(
    turns: dict[str, float], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not turns:
        monkeypatch.setattr(liveness, "WITHIN_MS", -1)
    session = checking()
    heard = [told.text for told in check(session, turns)]
    assert words in heard
    # Said while the head comes back, and no longer while it is asked to turn.
    assert not any("once more" in text and "Turn" in text for text in heard)
    assert (session.state, heard[-1]) == (SessionState.READY, PERSON_CHECKS)


def test_who_is_not_recognised_while_turning_hears_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    session = checking()
    check(session, {}, most=11)
    STAGED.likeness = 0.1
    heard = check(session, OBEDIENT, most=6)
    assert heard[0].text == (
        "We could not see that it was you, so once more, in good light and alone. "
        "Look straight at the screen."
    )

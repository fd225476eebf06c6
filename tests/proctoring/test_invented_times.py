"""A candidate who leaves numbers out and sends them later, under times of their own making."""

import pytest

from accounts.errors import DomainError
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.models import Flag, Observation
from proctoring.protocol import BrowserEvent
from proctoring.services import late_frames
from proctoring.services.event_rules import AHEAD_MS
from proctoring.services.finalising import finalise
from proctoring.services.recording import record_sample
from tests.proctoring.fakes import picture_of, seen
from tests.proctoring.sittings import events, frame, frames, make_sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scope")]

LEFT_FOR_SEVEN_SECONDS = [1] * 5 + [0] * 7 + [1] * 48


def final_flags(session: Session) -> list[str]:
    """What is left of the flags when the sitting is over."""
    services.end_session(session=session, to=SessionState.SUBMITTED)
    finalise(session_id=session.id)
    return list(Flag.objects.filter(in_final=True).order_by("t_ms").values_list("rule", flat=True))


def left_at(session: Session, first_seq: int) -> None:
    for second, faces in enumerate(LEFT_FOR_SEVEN_SECONDS):
        frame(session, second + first_seq, second * 1000, faces)


def bring_late(session: Session, seq: int, t_ms: int) -> None:
    parking.park(session.id, seq, picture_of(1))
    late_frames.record_late(session_id=session.id, seq=seq, t_ms=t_ms, seen=seen(1, against_baseline=True))


def test_a_late_picture_of_an_early_number_carries_no_flag_away() -> None:
    session = make_sitting(minutes_ago=1)
    left_at(session, 2)
    with pytest.raises(DomainError) as refused:
        bring_late(session, 1, 58_000)
    assert refused.value.code == "out_of_order"
    assert final_flags(session) == ["NO_FACE"]


def test_nor_does_one_of_a_late_number_come_before_what_was_numbered_before() -> None:
    session = make_sitting(minutes_ago=2)
    frames(session, [1] * 60)
    with pytest.raises(DomainError) as refused:
        bring_late(session, 61, 20_000)
    assert refused.value.code == "out_of_order"
    assert not Observation.objects.filter(seq=61).exists()


def test_a_page_whose_clock_was_set_anew_between_is_believed() -> None:
    session = make_sitting(minutes_ago=2)
    frame(session, 1, 0)
    frame(session, 3, 60_000)
    bring_late(session, 2, 61_500)
    assert Observation.objects.get(seq=2).t_ms == 61_500


def test_an_event_of_an_early_number_carries_no_flag_away() -> None:
    session = make_sitting(minutes_ago=1)
    frames(session, [1] * 60)
    away = (("duration_ms", 20_000),)
    events(session, BrowserEvent(2, 5000, "tab_hidden", 1), BrowserEvent(3, 25_000, "tab_visible", 1, away))
    events(session, BrowserEvent(1, 59_000, "online", 1))
    first = Observation.objects.get(stream="browser", seq=1)
    assert (first.t_ms, first.record["detail"]) == (5000, {"claimed_t_ms": 59_000})
    assert Observation.objects.filter(stream="server", record__ev="clock_ahead").count() == 1
    assert final_flags(session) == ["TAB_HIDDEN"]


def test_nor_does_sound() -> None:
    session = make_sitting(minutes_ago=1)
    for seq, t_ms in ((2, 2000), (3, 3000), (1, 59_000)):
        record_sample(session_id=session.id, stream="audio", seq=seq, t_ms=t_ms, signals={"speech": 0.1})
    heard = Observation.objects.filter(stream="audio").order_by("seq").values_list("seq", "t_ms")
    assert list(heard) == [(1, 2000), (2, 2000), (3, 3000)]


def test_the_same_event_again_is_the_same_although_its_time_was_set() -> None:
    session = make_sitting(minutes_ago=1)
    events(session, BrowserEvent(2, 5000, "copy", 1))
    early = BrowserEvent(1, 59_000, "online", 1)
    assert [events(session, early).new, events(session, early).new] == [1, 0]
    assert not Observation.objects.filter(record__ev="seq_conflict").exists()


def test_what_is_only_out_of_step_keeps_its_time() -> None:
    session = make_sitting(minutes_ago=1)
    events(session, BrowserEvent(2, 5000, "copy", 1))
    events(session, BrowserEvent(1, 5000 + AHEAD_MS, "copy", 1))
    assert Observation.objects.get(stream="browser", seq=1).t_ms == 10_000


def test_other_content_with_a_time_of_the_far_future_spoils_no_result() -> None:
    """The server's own word on it is a record too, and a log with such a time could not be replayed."""
    session = make_sitting(minutes_ago=1)
    frames(session, LEFT_FOR_SEVEN_SECONDS)
    events(session, BrowserEvent(1, 5000, "copy", 1))
    events(session, BrowserEvent(1, 2**32 - 1, "paste", 1))
    said = Observation.objects.get(stream="server", record__ev="seq_conflict")
    assert (said.t_ms, said.record["detail"]) == (5000, {"stream": "browser", "seq": 1})
    assert final_flags(session) == ["COPY", "NO_FACE"]

"""Records become flags: each exactly once, in the order of capture, whatever the order of arrival."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import Conflict, DomainError
from analysis.observations import signals
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring import services
from proctoring.models import Flag, Observation, RiskState
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services import recording
from proctoring.services.errors import OtherDevice
from proctoring.services.event_rules import EVENTS_AT_ONCE
from proctoring.services.folding import MOST_WAITING
from proctoring.services.recording import EventsRecorded
from proctoring.services.risk import ensure_risk
from tests.proctoring.fakes import seen
from tests.proctoring.sittings import DEVICE_KEY, events, frame, frames, make_checking, make_sitting, shift
from webhooks.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

LEFT_FOR_SEVEN_SECONDS = [1] * 5 + [0] * 7 + [1] * 8


def flag_values(flag: Flag) -> dict[str, Any]:
    names = "rule severity since_ms t_ms stream seq delta_milli score_milli start_ms end_ms is_open in_final"
    return {name: getattr(flag, name) for name in names.split()}


def outbox_types() -> list[str]:
    return list(
        Event.objects.filter(type__startswith="flag.").order_by("created_at").values_list("type", flat=True)
    )


def test_an_absence_becomes_one_flag_that_opens_and_closes() -> None:
    session = make_sitting()
    frames(session, LEFT_FOR_SEVEN_SECONDS)
    flag = Flag.objects.get()
    assert flag_values(flag) == {
        "rule": "NO_FACE",
        "severity": "warning",
        "since_ms": 5000,
        "t_ms": 9000,
        "stream": "video",
        "seq": 10,
        "delta_milli": 8000,
        "score_milli": 8000,
        "start_ms": 5000,
        "end_ms": 12000,
        "is_open": False,
        "in_final": None,
    }
    assert (flag.label, flag.explain != "") == ("No face in view", True)
    assert outbox_types() == ["flag.raised", "flag.closed"]


def test_the_fold_waits_two_seconds_for_what_comes_out_of_step() -> None:
    session = make_sitting()
    frames(session, [0] * 6)
    assert Flag.objects.count() == 0
    assert Observation.objects.filter(is_released=True).count() == 4
    frames(session, [0], first_second=6)
    assert list(Flag.objects.values_list("t_ms", "is_open", "end_ms")) == [(4000, True, None)]


def test_a_frame_counts_once() -> None:
    session = make_sitting()
    first = frame(session, 1, 1000)
    again = frame(session, 1, 1000, faces=0)
    assert (first.new, again.new, again.observation.id) == (True, False, first.observation.id)
    risk = RiskState.objects.get()
    assert (risk.frames_recorded, risk.covered_seconds, risk.last_video_seq) == (1, 1, 1)


def test_seconds_are_covered_once_each() -> None:
    session = make_sitting()
    for seq, t_ms in enumerate([100, 600, 1900, 1100, 5000], start=1):
        frame(session, seq, t_ms)
    assert RiskState.objects.get().covered_seconds == 3


def test_events_are_stored_once_under_duplicates_and_reordering() -> None:
    session = make_sitting()
    hidden, shown, copied = (
        BrowserEvent(1, 1000, "tab_hidden", 1),
        BrowserEvent(2, 2500, "tab_visible", 1, (("duration_ms", 1500),)),
        BrowserEvent(3, 9000, "copy", 2, (("length", 12),)),
    )
    assert events(session, copied, hidden).contiguous_seq == 1
    assert events(session, hidden, shown, copied).contiguous_seq == 3
    assert [row.record for row in Observation.objects.filter(stream="browser").order_by("seq")] == [
        {"stream": "browser", "seq": 1, "t": 1000, "ev": "tab_hidden", "n": 1},
        {
            "stream": "browser",
            "seq": 2,
            "t": 2500,
            "ev": "tab_visible",
            "n": 1,
            "detail": {"duration_ms": 1500},
        },
        {"stream": "browser", "seq": 3, "t": 9000, "ev": "copy", "n": 2, "detail": {"length": 12}},
    ]
    assert not Observation.objects.filter(stream="server").exists()


def test_an_event_rule_raises_a_flag_of_one_moment() -> None:
    session = make_sitting()
    events(session, BrowserEvent(1, 1000, "copy", 1))
    frame(session, 1, 3000)
    flag = Flag.objects.get()
    assert (flag.rule, flag.since_ms, flag.t_ms, flag.start_ms, flag.end_ms, flag.is_open) == (
        "COPY",
        1000,
        1000,
        1000,
        1000,
        False,
    )
    assert outbox_types() == ["flag.raised"]


def test_an_event_that_lasts_is_a_flag_that_is_open_until_it_ends() -> None:
    session = make_sitting()
    events(session, BrowserEvent(1, 1000, "tab_hidden", 1))
    frame(session, 1, 2400)
    frame(session, 2, 4400)
    # Time passes with the records that are folded: the second frame is the first that is past its patience.
    frame(session, 3, 6300)
    assert not Flag.objects.exists()
    frame(session, 4, 6400)
    assert list(Flag.objects.values_list("rule", "since_ms", "t_ms", "end_ms", "is_open")) == [
        ("TAB_HIDDEN", 1000, 2500, None, True)
    ]
    events(session, BrowserEvent(2, 5000, "tab_visible", 1, (("duration_ms", 4000),)))
    frame(session, 5, 7100)
    assert list(Flag.objects.values_list("rule", "start_ms", "end_ms", "is_open")) == [
        ("TAB_HIDDEN", 1000, 5000, False)
    ]
    assert outbox_types() == ["flag.raised", "flag.closed"]


def test_other_content_under_a_known_number_is_noted_and_the_first_stays() -> None:
    session = make_sitting()
    events(session, BrowserEvent(1, 1000, "copy", 1))
    for _ in range(2):
        assert events(session, BrowserEvent(1, 1000, "paste", 1)).contiguous_seq == 1
    assert Observation.objects.get(stream="browser").record["ev"] == "copy"
    assert Observation.objects.get(stream="server").record == {
        "stream": "server",
        "seq": 1,
        "t": 1000,
        "ev": "seq_conflict",
        "n": 1,
        "detail": {"stream": "browser", "seq": 1},
    }


def test_a_clock_that_runs_ahead_is_set_to_the_servers() -> None:
    session = make_sitting(minutes_ago=1)
    ahead = BrowserEvent(1, 3_600_000, "copy", 1)
    events(session, ahead)
    stored = Observation.objects.get(stream="browser")
    assert 60_000 <= stored.t_ms < 70_000
    assert stored.record["detail"] == {"claimed_t_ms": 3_600_000}
    assert [row.record["ev"] for row in Observation.objects.filter(stream="server")] == ["clock_ahead"]
    # Sent again it is the same event, not a conflict.
    assert events(session, ahead).new == 0
    assert Observation.objects.filter(stream="server").count() == 1


def test_what_lies_behind_the_fold_is_late_and_not_folded() -> None:
    session = make_sitting()
    frames(session, [1] * 20)
    events(session, BrowserEvent(1, 2000, "tab_hidden", 1))
    late = Observation.objects.get(stream="browser")
    assert (late.is_late, late.is_released, late.score_milli) == (True, False, None)
    assert not Flag.objects.exists()


def test_events_before_the_start_are_refused() -> None:
    session = make_checking()
    ensure_risk(session)
    with pytest.raises(Conflict) as refused:
        events(session, BrowserEvent(1, 0, "copy", 1))
    assert refused.value.code == "not_started"
    assert not Observation.objects.exists()


def test_a_number_far_ahead_is_refused() -> None:
    session = make_sitting()
    with pytest.raises(DomainError) as refused:
        events(session, BrowserEvent(1_000_000, 0, "copy", 1))
    assert refused.value.code == "gap_too_large"
    # The numbers of the camera check came before this one.
    assert frame(session, 20_000, 0).new is True
    with pytest.raises(DomainError):
        frame(session, 1_000_000, 0)


def test_another_device_cannot_write() -> None:
    session = make_sitting()
    with pytest.raises(OtherDevice):
        recording.record_events(
            room=Room(session.id, DEVICE_KEY + "x"), events=[BrowserEvent(1, 0, "copy", 1)]
        )
    assert not Observation.objects.exists()


def test_events_that_come_after_the_end_count_in_a_new_result() -> None:
    session = make_sitting()
    session = services.end_session(session=session, to=SessionState.SUBMITTED)
    Job.objects.all().delete()
    events(session, BrowserEvent(1, 2000, "copy", 1))
    assert Observation.objects.get().is_late is True
    assert [(job.kind, job.payload) for job in Job.objects.all()] == [
        ("proctoring.finalise", {"session": str(session.id)})
    ]
    much_later = timezone.now() + timedelta(minutes=11)
    with pytest.raises(Conflict) as refused:
        recording.record_events(
            room=Room(session.id, DEVICE_KEY), events=[BrowserEvent(2, 0, "copy", 1)], now=much_later
        )
    assert refused.value.code == "session_ended"


def test_the_gap_in_a_stream_keeps_the_answer_at_what_is_complete() -> None:
    session = make_sitting()
    assert events(session, BrowserEvent(2, 0, "copy", 1), BrowserEvent(4, 0, "copy", 1)).contiguous_seq == 0
    assert events(session, BrowserEvent(1, 0, "copy", 1)).contiguous_seq == 2
    assert events(session, BrowserEvent(3, 0, "copy", 1)).contiguous_seq == 4


def test_a_frame_of_a_session_that_is_not_running_is_refused() -> None:
    session = make_checking()
    ensure_risk(session)
    with pytest.raises(Conflict):
        frame(session, 1, 0)
    assert not Observation.objects.exists()


def test_a_clock_that_stands_still_is_set_to_the_servers() -> None:
    """Frames that all claim the same moment would hide however long nobody was there."""
    session = make_sitting()
    at_once = [frame_now(session, seq, 1000) for seq in (1, 2)]
    assert all(600_000 <= row.t_ms < 620_000 for row in at_once)
    assert at_once[0].record["detail"] == {"claimed_t_ms": 1000}
    assert [row.record["ev"] for row in Observation.objects.filter(stream="server")] == ["clock_behind"] * 2
    assert RiskState.objects.get().last_t_ms >= 600_000


def test_a_frame_of_the_camera_check_that_arrives_after_the_start_is_none_of_the_exam() -> None:
    """Before the start a page counts from its opening: its time means nothing here, and says nothing."""
    session = make_sitting(minutes_ago=0)
    with pytest.raises(Conflict) as refused:
        frame_now(session, 1, 180_000)
    assert refused.value.code == "before_start"
    assert not Observation.objects.exists()
    assert frame_now(session, 2, 500).t_ms == 500


def frame_now(session: Session, seq: int, t_ms: int) -> Observation:
    return recording.record_frame(
        session_id=session.id, seq=seq, t_ms=t_ms, signals=signals(seen(0))
    ).observation


@pytest.mark.parametrize(("first", "then"), [(2**32 - 1, None), (100_001, None), (500, 439)])
def test_no_number_puts_later_frames_behind_it(first: int, then: int | None) -> None:
    """What is folded live stands in the order of numbers: a huge one would make the others late."""
    session = make_sitting()
    if then is not None:
        frame(session, first, 1000)
    with pytest.raises(DomainError):
        frame(session, then or first, 2000)
    assert Observation.objects.filter(stream="video").count() == (0 if then is None else 1)


def test_one_browser_cannot_fill_the_log() -> None:
    session = make_sitting(minutes_ago=0)
    full = [BrowserEvent(seq, 0, "copy", 1) for seq in range(1, EVENTS_AT_ONCE + 1)]
    assert events(session, *full).new == EVENTS_AT_ONCE
    too_many = [BrowserEvent(seq, 0, "copy", 1) for seq in range(601, 701)]
    with pytest.raises(DomainError, match="More events"):
        events(session, *too_many)
    assert events(session, *full[:100]) == EventsRecorded(EVENTS_AT_ONCE, 0)
    assert events(shift(session, 2), *too_many).contiguous_seq == 700


def test_events_of_one_moment_do_not_wait_for_ever() -> None:
    session = make_sitting()
    events(session, *(BrowserEvent(seq, 0, "copy", 1) for seq in range(1, MOST_WAITING + 1)))
    assert not Observation.objects.filter(is_released=True).exists()
    events(session, BrowserEvent(MOST_WAITING + 1, 0, "copy", 1))
    assert not Observation.objects.filter(is_released=False).exists()


def test_the_ids_of_flags_are_the_engines() -> None:
    session = make_sitting()
    frames(session, LEFT_FOR_SEVEN_SECONDS)
    assert isinstance(Flag.objects.get().id, uuid.UUID)

"""A proctor pauses, lets go on, gives time and warns: the clock, the log, the coverage and the room."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry
from analysis.risk.log import PAUSED, RESUMED, Record
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring import services
from proctoring.models import Flag, Observation
from proctoring.protocol import BrowserEvent
from proctoring.queries import coverage
from proctoring.results import paused_spans, result_of_session
from proctoring.services import intervening
from proctoring.services.sitting import GRACE, LONGEST_PAUSE
from proctoring.told import told_to
from tests.conftest import Person
from tests.factories import make_exam, make_session
from tests.proctoring.sittings import events, frame, frames, make_sitting
from webhooks.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def paused_for(session: Session, minutes: float) -> Session:
    """As if the pause had begun so many minutes ago; time itself is not waited for."""
    session.refresh_from_db()
    assert session.paused_at is not None
    session.paused_at -= timedelta(minutes=minutes)
    session.save(update_fields=["paused_at"])
    return session


def server_events(session: Session) -> list[str]:
    rows = Observation.objects.filter(session=session, stream="server").order_by("seq")
    return [row.record["ev"] for row in rows]


def newest_expiry() -> Job:
    return Job.objects.filter(kind="proctoring.expire").order_by("-created_at")[0]


def test_a_pause_stops_the_clock_and_gives_the_time_back(alice: Person) -> None:
    session = make_sitting(minutes_ago=10)
    before = session.deadline_at
    paused = intervening.pause_session(session=session, actor=alice.user)
    assert paused.state == SessionState.PAUSED
    left_ms = paused.remaining_ms(timezone.now())
    paused = paused_for(paused, 7)
    assert left_ms is not None
    assert before is not None
    assert paused.remaining_ms(timezone.now() + timedelta(hours=1)) == left_ms + 7 * 60_000
    resumed = intervening.resume_session(session=paused, actor=alice.user)
    assert (resumed.state, resumed.paused_at) == (SessionState.RUNNING, None)
    given = resumed.deadline_at - before
    assert timedelta(minutes=7) <= given < timedelta(minutes=8)
    assert resumed.paused_ms == given // timedelta(milliseconds=1)
    assert server_events(session) == [PAUSED, RESUMED]
    assert [event.type for event in Event.objects.order_by("created_at")][-2:] == [
        "session.paused",
        "session.resumed",
    ]
    actions = AuditEntry.objects.order_by("-number").values_list("actor", "action")[:2]
    assert list(actions) == [
        (f"user:{alice.user.id}", "session.resumed"),
        (f"user:{alice.user.id}", "session.paused"),
    ]


def test_twice_is_once() -> None:
    session = make_sitting()
    for _ in range(2):
        intervening.pause_session(session=session, actor=None)
    for _ in range(2):
        intervening.resume_session(session=session, actor=None)
    assert server_events(session) == [PAUSED, RESUMED]
    intervening.pause_session(session=session, actor=None)
    assert server_events(session) == [PAUSED, RESUMED, PAUSED]


def test_only_what_is_under_way_is_paused() -> None:
    waiting, ended = make_session(), make_sitting()
    services.end_session(session=ended, to=SessionState.SUBMITTED)
    for session in (waiting, ended):
        for act in (intervening.pause_session, intervening.resume_session):
            with pytest.raises(Conflict):
                act(session=session, actor=None)
        with pytest.raises(Conflict, match="under way"):
            intervening.extend_session(session=session, minutes=5, actor=None)
        with pytest.raises(Conflict, match="under way"):
            intervening.warn_session(session=session, message="Please sit down.", actor=None)
    assert not Observation.objects.exists()


def test_a_paused_session_takes_no_frame() -> None:
    session = make_sitting(minutes_ago=1)
    frame(session, 1, 1000)
    intervening.pause_session(session=session, actor=None)
    with pytest.raises(Conflict, match="only while the exam is running"):
        frame(session, 2, 2000)


def test_a_pause_is_neither_a_gap_nor_missing_coverage() -> None:
    session = make_sitting(minutes_ago=0.5)
    frames(session, [1] * 30)
    intervening.pause_session(session=session, actor=None)
    session = paused_for(session, 0)
    earlier = timedelta(minutes=5)
    Session.objects.filter(id=session.id).update(
        started_at=session.started_at - earlier, paused_at=session.paused_at - earlier
    )
    session = Session.objects.select_related("risk", "exam").get(id=session.id)
    seen = coverage(session, timezone.now())
    assert seen is not None
    assert seen > 0.9
    intervening.resume_session(session=session, actor=None)
    session = Session.objects.select_related("risk", "exam").get(id=session.id)
    ended = services.end_session(session=session, to=SessionState.SUBMITTED)
    services.finalise(session_id=ended.id)
    assert not Flag.objects.filter(rule="VIDEO_GAP").exists()
    # Against the log itself: what the report says.
    final = result_of_session(Session.objects.select_related("exam").get(id=ended.id))
    assert final.coverage is not None
    assert final.coverage > 0.9


def test_a_browser_whose_clock_is_ahead_leaves_no_gap_in_a_pause() -> None:
    session = make_sitting(minutes_ago=0.5)
    frames(session, [1] * 30)
    frame(session, 31, 33_000)
    intervening.pause_session(session=session, actor=None)
    session = paused_for(session, 5)
    Session.objects.filter(id=session.id).update(started_at=session.started_at - timedelta(minutes=5))
    intervening.resume_session(session=session, actor=None)
    session = services.end_session(session=Session.objects.get(id=session.id), to=SessionState.SUBMITTED)
    services.finalise(session_id=session.id)
    assert not Flag.objects.filter(rule="VIDEO_GAP").exists()
    times_ms = [row.t_ms for row in Observation.objects.filter(stream="server").order_by("seq")]
    assert times_ms[0] == 33_001
    assert times_ms[1] > 5 * 60_000


def test_a_flag_that_lasts_ends_with_the_pause() -> None:
    session = make_sitting(minutes_ago=0.3)
    frames(session, [1] * 5 + [0] * 12)
    intervening.pause_session(session=session, actor=None)
    intervening.resume_session(session=session, actor=None)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    flag = Flag.objects.get(rule="NO_FACE")
    ended = Observation.objects.get(session=session, record__ev=PAUSED)
    assert flag.end_ms == ended.t_ms


def test_who_is_paused_does_not_run_out_of_time(alice: Person) -> None:
    session = make_sitting(minutes_ago=10)
    intervening.pause_session(session=session, actor=alice.user)
    session = paused_for(session, 0)
    Session.objects.filter(id=session.id).update(deadline_at=timezone.now() - timedelta(minutes=1))
    assert services.expire_session(session=session).state == SessionState.PAUSED
    assert newest_expiry().next_attempt_at == session.paused_at + LONGEST_PAUSE
    paused_for(session, 8 * 60)
    over = services.expire_session(session=session)
    assert (over.state, over.end_reason) == (
        SessionState.EXPIRED,
        "It was paused, and nobody let it go on.",
    )


def test_handing_in_during_a_pause_keeps_the_time_of_it() -> None:
    session = make_sitting(minutes_ago=59)
    intervening.pause_session(session=session, actor=None)
    paused_for(session, 0.5)
    ended = services.end_session(session=session, to=SessionState.SUBMITTED)
    assert ended.paused_at is None
    assert ended.paused_ms >= 30_000
    assert ended.ended_at is not None
    assert timezone.now() - ended.ended_at < timedelta(minutes=1)


def test_more_time_moves_the_deadline_and_its_expiry(alice: Person) -> None:
    session = make_sitting(minutes_ago=59.99)
    before = session.deadline_at
    longer = intervening.extend_session(session=session, minutes=15, actor=alice.user)
    assert before is not None
    assert longer.deadline_at == before + timedelta(minutes=15)
    assert server_events(session) == ["time_given"]
    assert AuditEntry.objects.order_by("-number")[0].detail == {"minutes": 15}
    assert services.expire_session(session=longer).state == SessionState.RUNNING
    assert newest_expiry().next_attempt_at == longer.deadline_at + GRACE


@pytest.mark.parametrize("minutes", [0, -5, 601])
def test_no_odd_amount_of_time_is_given(minutes: int) -> None:
    session = make_sitting()
    with pytest.raises(DomainError, match="between 1 and 600"):
        intervening.extend_session(session=session, minutes=minutes, actor=None)


@pytest.mark.parametrize("message", ["", "  ", "a" * 501, "a\x00b"])
def test_a_warning_is_words(message: str) -> None:
    with pytest.raises(DomainError) as refused:
        intervening.warn_session(session=make_sitting(), message=message, actor=None)
    assert refused.value.field == "message"


def test_what_was_told_can_be_read_again_with_when_it_was_read() -> None:
    session = make_sitting()
    for _ in range(2):
        intervening.warn_session(session=session, message="Stay at your desk.", actor=None)
    intervening.extend_session(session=session, minutes=5, actor=None)
    intervening.note_by_hand(session=session, text="Not for the candidate.", actor=None)
    events(session, BrowserEvent(1, 4000, "warning_read", 1, (("number", 2),)))
    events(session, BrowserEvent(2, 9000, "warning_read", 1, (("number", 2),)))
    assert [(one.kind, one.number, one.text, one.minutes, one.read_ms) for one in told_to(session)] == [
        ("warning", 1, "Stay at your desk.", 0, None),
        ("warning", 2, "Stay at your desk.", 0, 4000),
        ("time", 1, "", 5, None),
    ]


def test_who_cannot_share_a_screen_is_excused_once_by_a_person(alice: Person) -> None:
    session = make_sitting(make_exam(watch_screen=True))
    events(session, BrowserEvent(1, 1000, "screen_missing", 1))
    for _ in range(2):
        intervening.excuse_screen(session=session, actor=alice.user)
    assert [(one.kind, one.number) for one in told_to(session)] == [("screen", 1)]
    assert list(AuditEntry.objects.filter(action__startswith="session.screen").values_list("action")) == [
        ("session.screen_excused",)
    ]
    with pytest.raises(Conflict, match="does not watch the screen"):
        intervening.excuse_screen(session=make_sitting(), actor=alice.user)


def record(event: str, t_ms: int, seq: int = 1, stream: str = "server") -> Record:
    return Record(stream, seq, t_ms, event=event)


@pytest.mark.parametrize(
    ("log", "spans"),
    [
        ([], []),
        ([record(PAUSED, 10), record(RESUMED, 30)], [(10, 30)]),
        ([record(PAUSED, 10)], [(10, 100)]),
        ([record(RESUMED, 10)], []),
        ([record(PAUSED, 10), record(RESUMED, 20), record(PAUSED, 50)], [(10, 20), (50, 100)]),
        ([record(PAUSED, 10, stream="browser")], []),
    ],
)
def test_pauses_are_read_from_the_servers_records(log: list[Record], spans: Any) -> None:
    assert paused_spans(log, 100) == spans


def test_time_that_was_taken_back_is_no_gift() -> None:
    session = make_sitting()
    intervening.extend_session(session=session, minutes=5, actor=None)
    row = Observation.objects.get(session=session, stream="server", record__ev="time_given")
    row.record["detail"]["minutes"] = -5
    row.save()
    assert told_to(session) == []

"""What many sockets brought at once: each sitting by its own rules, in one transaction."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tenancy import tenant_scope, unscoped
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.models import EventTally, Observation
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services.committing import Answer, Brought, Left, commit_together
from proctoring.services.event_rules import EVENTS_AT_ONCE
from proctoring.services.recording import EventsRecorded
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.sittings import events, make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def event(seq: int, t_ms: int = 1000, name: str = "copy", **detail: int) -> BrowserEvent:
    return BrowserEvent(seq, t_ms, name, 1, tuple(sorted(detail.items())))


def brought(session: Session, *batch: BrowserEvent, device_key: str | None = None) -> Brought:
    key = session.device_key if device_key is None else device_key
    return Brought(Room(session.id, key), batch)


def together(*batches: Brought, **options: Any) -> list[Answer]:
    return commit_together(batches=batches, **options)


def stored(session: Session) -> list[tuple[int, str]]:
    rows = Observation.objects.filter(session=session, stream="browser").order_by("seq")
    return [(row.seq, row.record["ev"]) for row in rows]


def tally(session: Session) -> tuple[int, int, int]:
    row = EventTally.objects.get(session=session)
    return row.stored, row.newest_seq, row.contiguous_seq


def test_events_of_several_institutions_are_committed_at_once(charlie: Person) -> None:
    mine = make_sitting()
    with tenant_scope(charlie.institution.id):
        theirs = make_sitting()
    now = timezone.now()
    answers = together(
        brought(mine, event(1), event(2, 1500, "paste", length=3)), brought(theirs, event(1, 7)), now=now
    )
    assert answers == [EventsRecorded(2, 2), EventsRecorded(1, 1)]
    row = Observation.objects.get(session=mine, seq=2)
    assert (row.institution_id, row.t_ms, row.received_at) == (mine.institution_id, 1500, now)
    assert (row.is_released, row.is_late, row.score_milli) == (False, False, None)
    assert row.record == {
        "stream": "browser",
        "seq": 2,
        "t": 1500,
        "ev": "paste",
        "n": 1,
        "detail": {"length": 3},
    }
    assert tally(mine) == (2, 2, 2)
    assert EventTally.objects.get(session=mine).fold_due_at == now
    with tenant_scope(charlie.institution.id):
        assert stored(theirs) == [(1, "copy")]
        assert not Observation.objects.filter(session=mine).exists()


def test_what_comes_once_more_is_known() -> None:
    session = make_sitting()
    first = brought(session, event(1), event(2))
    assert together(first) == [EventsRecorded(2, 2)]
    EventTally.objects.update(fold_due_at=None)
    assert together(first) == [EventsRecorded(2, 0)]
    # Nothing new is to be folded.
    assert EventTally.objects.get().fold_due_at is None
    assert together(brought(session, event(2), event(3))) == [EventsRecorded(3, 1)]
    assert stored(session) == [(1, "copy"), (2, "copy"), (3, "copy")]


def test_a_gap_keeps_the_answer_at_what_is_complete() -> None:
    session = make_sitting()
    assert together(brought(session, event(2), event(4))) == [EventsRecorded(0, 2)]
    assert together(brought(session, event(5))) == [EventsRecorded(0, 1)]
    # What fills a gap is bounded in time by what stands around it: the long way knows how.
    assert together(brought(session, event(1))) == [Left.UNUSUAL]
    assert events(session, event(1)) == EventsRecorded(2, 1)
    assert together(brought(session, event(6))) == [EventsRecorded(2, 1)]
    assert events(session, event(3)) == EventsRecorded(6, 1)
    assert tally(session) == (6, 6, 6)
    assert together(brought(session, event(7))) == [EventsRecorded(7, 1)]


@pytest.mark.parametrize(
    "odd",
    [
        event(2, name="paste"),
        event(10_003),
        event(3, 3_600_000),
    ],
    ids=["other content under a known number", "a number far ahead", "a clock that runs ahead"],
)
def test_an_odd_batch_is_left_to_the_long_way_and_harms_nobody(odd: BrowserEvent) -> None:
    odd_one, plain, ended = make_sitting(), make_sitting(), make_sitting()
    events(odd_one, event(1), event(2))
    ended = services.end_session(session=ended, to=SessionState.SUBMITTED)
    answers = together(
        brought(ended, event(1)),
        brought(odd_one, odd),
        brought(plain, event(1)),
        brought(make_checking(), event(1)),
        brought(plain, event(2), device_key="another device"),
        Brought(Room(uuid.uuid4(), "nobody"), (event(1),)),
    )
    assert answers == [
        Left.UNUSUAL,
        Left.UNUSUAL,
        EventsRecorded(1, 1),
        # Nothing of theirs can be held now; in the end the long way decides about them, too.
        *[Left.BUSY] * 3,
    ]
    assert stored(plain) == [(1, "copy")]
    assert stored(odd_one) == [(1, "copy"), (2, "copy")]
    assert stored(ended) == []
    assert tally(odd_one) == (2, 2, 2)


def test_another_device_alone_is_left_to_the_long_way() -> None:
    session = make_sitting()
    assert together(brought(session, event(1), device_key="other")) == [Left.UNUSUAL]
    assert stored(session) == []


def test_a_second_message_of_one_sitting_comes_again() -> None:
    session = make_sitting()
    answers = together(brought(session, event(1)), brought(session, event(1, name="paste")))
    assert answers == [EventsRecorded(1, 1), Left.BUSY]
    assert stored(session) == [(1, "copy")]


def test_a_number_twice_in_one_message_is_left_to_the_long_way() -> None:
    session = make_sitting()
    assert together(brought(session, event(1), event(1, name="paste"))) == [Left.UNUSUAL]
    assert stored(session) == []


def test_one_browser_cannot_fill_the_log() -> None:
    session = make_sitting(minutes_ago=0)
    full = [event(seq, 0) for seq in range(1, EVENTS_AT_ONCE + 1)]
    assert together(brought(session, *full)) == [EventsRecorded(EVENTS_AT_ONCE, EVENTS_AT_ONCE)]
    hundred = brought(session, *(event(seq, 0) for seq in range(601, 701)))
    assert together(hundred) == [Left.UNUSUAL]
    later = timezone.now() + timedelta(minutes=2)
    assert together(hundred, now=later) == [EventsRecorded(700, 100)]


def test_a_tally_that_does_not_fit_its_log_hides_nothing() -> None:
    session, other = make_sitting(), make_sitting()
    events(session, event(1), event(2))
    EventTally.objects.filter(session=session).update(stored=1, newest_seq=1, contiguous_seq=1)
    # Its second event is there already: nothing of this transaction stands, and each asks for itself.
    assert together(brought(session, event(2)), brought(other, event(1))) == [Left.UNUSUAL, Left.UNUSUAL]
    assert stored(other) == []
    assert events(session, event(2), event(3)) == EventsRecorded(3, 1)
    assert tally(session) == (3, 3, 3)
    assert together(brought(session, event(4)), brought(other, event(1))) == [
        EventsRecorded(4, 1),
        EventsRecorded(1, 1),
    ]


def test_many_sittings_cost_as_many_statements_as_one() -> None:
    exam = make_exam()
    sittings = [make_sitting(exam) for _ in range(6)]
    with CaptureQueriesContext(connection) as one:
        together(brought(sittings[0], event(1)))
    with CaptureQueriesContext(connection) as many:
        together(*(brought(session, event(1)) for session in sittings[1:]))
    assert len(many) == len(one)
    assert Observation.objects.filter(stream="browser").count() == 6


def test_what_every_page_kept_during_an_outage_is_committed_in_portions() -> None:
    exam = make_exam()
    sittings = [make_sitting(exam) for _ in range(3)]
    kept = [event(seq) for seq in range(1, 501)]
    with CaptureQueriesContext(connection) as asked:
        answers = together(*(brought(session, *kept) for session in sittings))
    assert answers == [EventsRecorded(500, 500)] * 3
    assert sum(query["sql"].startswith('INSERT INTO "proctoring_observation"') for query in asked) == 2
    assert Observation.objects.filter(stream="browser").count() == 1500


def test_a_database_that_is_away_is_told_and_nothing_is_committed() -> None:
    def away(*_: Any) -> None:
        raise OperationalError("the database is not there")

    session = make_sitting()
    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        together(brought(session, event(1)))
    assert stored(session) == []


def test_whoever_comes_in_nobodys_scope_leaves_it_so() -> None:
    session = make_sitting()
    with unscoped("the caller has none"):
        assert together(brought(session, event(1))) == [EventsRecorded(1, 1)]

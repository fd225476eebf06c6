"""Two web processes at once, as two threads with connections of their own: each event exactly once."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction

from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.event_commits import commit_events
from proctoring.models import EventTally, Observation, RiskState
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services import due_folds, recording
from proctoring.services.committing import Brought, Left, commit_together
from proctoring.services.recording import EventsRecorded
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.sittings import make_sitting

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
LIMIT_S = 120


@pytest.fixture
def sittings(alice: Person) -> list[Session]:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
        return [make_sitting(exam) for _ in range(3)]


def at_once(*works: Callable[[], None]) -> None:
    """Each in a thread of its own; what one of them raises is raised here."""
    together = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        together.wait(LIMIT_S)
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(LIMIT_S)


def send(sittings: list[Session]) -> None:
    """As a web process does: together, and alone what cannot be told together."""
    for seq in range(1, ROUNDS + 1):
        event = BrowserEvent(seq, seq * 1000, "copy", 1)
        batches = [Brought(Room(one.id, one.device_key), (event,)) for one in sittings]
        for sitting, batch, answer in zip(sittings, batches, commit_together(batches=batches), strict=True):
            if isinstance(answer, Left):
                with tenant_scope(sitting.institution_id):
                    answer = recording.record_events(room=batch.room, events=batch.events)
            assert answer.contiguous_seq >= seq


def stored(sittings: list[Session]) -> list[list[int]]:
    rows = Observation.objects.filter(stream="browser").order_by("seq")
    return [list(rows.filter(session=one).values_list("seq", flat=True)) for one in sittings]


def test_what_two_processes_are_told_of_the_same_sittings_is_there_once(sittings: list[Session]) -> None:
    at_once(lambda: send(sittings), lambda: send(list(reversed(sittings))))
    with tenant_scope(sittings[0].institution_id):
        assert stored(sittings) == [list(range(1, ROUNDS + 1))] * 3
        tallies = set(EventTally.objects.values_list("stored", "newest_seq", "contiguous_seq"))
        assert tallies == {(ROUNDS, ROUNDS, ROUNDS)}
        assert not Observation.objects.filter(stream="server").exists()


def test_two_workers_fold_what_a_third_goes_on_committing(sittings: list[Session]) -> None:
    def fold() -> None:
        for _ in range(ROUNDS):
            due_folds.fold_due()

    at_once(lambda: send(sittings), fold, fold)
    due_folds.fold_due()
    with tenant_scope(sittings[0].institution_id):
        assert stored(sittings) == [list(range(1, ROUNDS + 1))] * 3
        assert not EventTally.objects.filter(fold_due_at__isnull=False).exists()
        # All but those of the last two seconds.
        for one in sittings:
            waiting = Observation.objects.filter(session=one, stream="browser", is_released=False)
            assert sorted(waiting.values_list("seq", flat=True)) == [7, 8]
            assert one.flags.count() == 6


def test_no_event_slips_behind_the_end_of_its_sitting(sittings: list[Session]) -> None:
    """Whatever is committed while a sitting ends is folded by its end, or counts as late."""

    def end() -> None:
        with tenant_scope(sittings[0].institution_id):
            for one in sittings:
                services.end_session(session=one, to=SessionState.SUBMITTED)

    at_once(lambda: send(sittings), end)
    with tenant_scope(sittings[0].institution_id):
        assert stored(sittings) == [list(range(1, ROUNDS + 1))] * 3
        left = Observation.objects.filter(stream="browser", is_released=False, is_late=False)
        assert not left.exists()


@contextmanager
def held_by_another(session: Session) -> Iterator[threading.Event]:
    """Another connection holds the sitting's tally until the event is set, or to the end of the block."""
    holds, enough = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with tenant_scope(session.institution_id), transaction.atomic():
                EventTally.objects.select_for_update().get(session=session)
                holds.set()
                assert enough.wait(LIMIT_S)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert holds.wait(LIMIT_S)
        try:
            yield enough
        finally:
            enough.set()
            holding.result(LIMIT_S)


def first(session: Session) -> Brought:
    return Brought(Room(session.id, session.device_key), (BrowserEvent(1, 1000, "copy", 1),))


@pytest.mark.production_only
def test_nobody_waits_for_one_to_whom_somebody_else_writes(sittings: list[Session]) -> None:
    with held_by_another(sittings[0]):
        answers = commit_together(batches=[first(one) for one in sittings])
    assert answers == [Left.BUSY, EventsRecorded(1, 1), EventsRecorded(1, 1)]
    with tenant_scope(sittings[0].institution_id):
        assert stored(sittings) == [[], [1], [1]]


@pytest.mark.production_only
def test_what_was_busy_comes_again_and_is_committed_with_others(
    sittings: list[Session], settings: Any
) -> None:
    busy, free = sittings[:2]
    # So long that whoever lets go has done so before the last try.
    settings.EVENTS_WAIT_MS = 500
    settings.EVENT_FOLDER = f"{__name__}.let_go"

    async def both() -> list[EventsRecorded]:
        batches = [first(busy), first(free)]
        return list(await asyncio.gather(*(commit_events(one.room, one.events) for one in batches)))

    with held_by_another(busy) as enough:
        letting_go.append(enough)
        answers = async_to_sync(both)()
    assert answers == [EventsRecorded(1, 1)] * 2
    with tenant_scope(busy.institution_id):
        assert stored(sittings) == [[1], [1], []]
        # Alone it would have been noted here as well.
        assert RiskState.objects.get(session=busy).last_seen_at is None


letting_go: list[threading.Event] = []


def let_go() -> None:
    """What follows a commit of events: the other sitting's, which nobody held."""
    while letting_go:
        letting_go.pop().set()


@pytest.mark.production_only
def test_a_fold_waits_for_nobody_who_commits(sittings: list[Session]) -> None:
    """What is folded while somebody writes to its tally stays due, and folding it again changes nothing."""
    commit_together(batches=[first(one) for one in sittings])
    with tenant_scope(sittings[0].institution_id), held_by_another(sittings[0]):
        assert due_folds.fold_due() == 3
        due = EventTally.objects.filter(fold_due_at__isnull=False)
        assert [row.session_id for row in due] == [sittings[0].id]
    assert due_folds.fold_due() == 1
    with tenant_scope(sittings[0].institution_id):
        assert not EventTally.objects.filter(fold_due_at__isnull=False).exists()

"""Two web processes at once, as two threads with connections of their own: each event exactly once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.models import EventTally, Observation
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.services import due_folds, recording
from proctoring.services.committing import Brought, commit_together
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
            if answer is None:
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

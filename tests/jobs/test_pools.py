"""A pool: several jobs at a time, everybody's share, and nobody held up by somebody else's slow ones."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.tenancy import tenant_scope, unscoped
from jobs import pools, scheduler, services, tasks
from jobs.models import Job, JobState
from jobs.pools import Limits
from jobs.scheduler import Scheduler
from jobs.services import Work
from tests.conftest import Person
from tests.jobs import work

KIND = "test.pooled"
LIMITS = Limits(threads=6, of_an_institution=4, of_a_group=2, lease_s=60, most_tries=20)
IN_THREADS = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def pool(settings: Settings) -> None:
    settings.JOB_KINDS = {KIND: "tests.jobs.work.meet", "test.note": "tests.jobs.work.note"}
    settings.JOB_POOLS = {
        KIND: {"threads": 6, "of_an_institution": 4, "of_a_group": 2, "lease_s": 60, "most_tries": 20}
    }
    settings.JOB_WAKER = "tests.jobs.work.sleep_on"
    work.done.clear()
    work.meeting = None


def enqueued(person: Person, *words: str, group: str = "") -> list[Job]:
    with tenant_scope(person.institution.id):
        return services.enqueue_many(KIND, [Work({"word": word}, group=group) for word in words])


def chosen(number: int) -> list[str]:
    with unscoped("a test reads what was chosen"):
        words = {job.id: job.payload["word"] for job in Job.objects.all()}
    return [words[job_id] for job_id in pools.due_fairly(KIND, LIMITS, number)]


def never() -> bool:
    return False


def until(happened: Callable[[], bool]) -> None:
    pause, end_s = threading.Event(), time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end_s
        pause.wait(0.01)


def in_a_thread(do: Callable[[], object]) -> threading.Thread:
    def work_and_hang_up() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=work_and_hang_up)
    thread.start()
    return thread


@pytest.mark.django_db
def test_everybody_gets_a_share(alice: Person, charlie: Person) -> None:
    for group in ("a", "b", "c"):
        enqueued(alice, *(f"{group}{number}" for number in range(5)), group=group)
    enqueued(charlie, "late")
    assert chosen(1) == ["a0"]
    assert chosen(2) == ["a0", "late"]
    assert chosen(6) == ["a0", "late", "a1", "b0", "b1"]
    assert chosen(0) == []


@pytest.mark.django_db
def test_what_runs_counts_until_its_lease_ends(alice: Person) -> None:
    running, *_ = enqueued(alice, "a0", "a1", "a2", group="a")
    services.claim(running.id)
    assert chosen(6) == ["a1"]
    with tenant_scope(alice.institution.id):
        Job.objects.filter(id=running.id).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert chosen(6) == ["a0", "a1"]


@pytest.mark.django_db
def test_the_sweep_leaves_pools_alone(alice: Person) -> None:
    enqueued(alice, "pooled")
    with tenant_scope(alice.institution.id):
        services.enqueue("test.note", word="swept")
    assert services.sweep() == 1
    assert work.done == ["swept"]


@pytest.mark.django_db
def test_a_pool_has_its_own_limit_of_tries(alice: Person) -> None:
    (job,) = enqueued(alice, "a")
    with tenant_scope(alice.institution.id):
        Job.objects.update(tries=services.MAX_TRIES + 1)
        assert services.run(job.id)
        Job.objects.update(state=JobState.WAITING, tries=20)
        assert services.run(job.id)
        job.refresh_from_db()
    assert work.done == ["a"]
    assert job.state == JobState.QUARANTINED


@IN_THREADS
def test_several_are_done_at_a_time(alice: Person, charlie: Person) -> None:
    work.meeting = threading.Barrier(4, timeout=60)
    enqueued(alice, "1", "2", group="a")
    enqueued(alice, "3", group="b")
    enqueued(charlie, "4")
    assert pools.drain(KIND, is_over=never) == 4
    assert sorted(work.done) == ["1", "2", "3", "4"]
    with unscoped("a test counts"):
        assert set(Job.objects.values_list("state", "tries")) == {(JobState.DONE, 1)}


@IN_THREADS
def test_slow_jobs_of_one_hold_up_nobody_else(alice: Person, charlie: Person) -> None:
    work.meeting = threading.Barrier(3, timeout=60)
    enqueued(alice, "slow 1", "slow 2", "slow 3", group="slow")
    draining = in_a_thread(lambda: pools.drain(KIND, is_over=never))
    meeting = work.meeting
    until(lambda: meeting.n_waiting == 2)
    work.meeting = None
    enqueued(alice, "quick a", group="quick")
    enqueued(charlie, *(f"quick {number}" for number in range(10)))
    until(lambda: len(work.done) == 11)
    assert meeting.n_waiting == 2
    assert not any(word.startswith("slow") for word in work.done)
    meeting.wait()
    draining.join(timeout=60)
    assert len(work.done) == 14


@IN_THREADS
def test_when_it_is_over_nothing_new_begins(alice: Person) -> None:
    enqueued(alice, "1", "2")
    assert pools.drain(KIND, is_over=lambda: True) == 0
    assert pools.drain(KIND, is_over=pools.time_is_up(-1.0)) == 0
    assert work.done == []
    assert pools.drain(KIND, is_over=pools.time_is_up(600.0)) == 2


@IN_THREADS
def test_a_job_whose_worker_died_is_done_by_the_next(alice: Person) -> None:
    (job,) = enqueued(alice, "a")
    services.claim(job.id)
    assert pools.drain(KIND, is_over=never) == 0
    with tenant_scope(alice.institution.id):
        Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert pools.drain(KIND, is_over=never) == 1
    assert work.done == ["a"]


@IN_THREADS
@pytest.mark.embedded_only
def test_the_embedded_thread_drains_what_is_enqueued(alice: Person, settings: Settings) -> None:
    settings.PERIODIC = []
    settings.JOB_WAKER = "jobs.scheduler.wake"
    work.meeting = threading.Barrier(2, timeout=60)
    thread = Scheduler()
    thread.start()
    enqueued(alice, "woken")
    work.meeting.wait()
    thread.stop()
    assert not thread.is_alive()
    assert not scheduler._wanted.is_set()


@IN_THREADS
def test_a_celery_worker_is_woken_once_for_many(alice: Person, settings: Settings) -> None:
    settings.JOB_WAKER = "jobs.tasks.wake"
    enqueued(alice, "1", "2", "3")
    assert sorted(work.done) == ["1", "2", "3"]
    assert tasks.drain.delay(KIND).get() == 0

"""Jobs are rows: written with their cause, claimed once, tried again, given up in the open."""

import threading
from datetime import timedelta

import pytest
import redis.exceptions
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.tenancy import ScopeMissing, tenant_scope
from jobs import services
from jobs.models import Job, JobState
from tests.conftest import Person
from tests.jobs import work

pytestmark = pytest.mark.django_db
woken: list[Job] = []


def wake(job: Job) -> None:
    woken.append(job)


@pytest.fixture(autouse=True)
def kinds(settings: Settings) -> None:
    settings.JOB_KINDS = {
        f"test.{name}": f"tests.jobs.work.{name}"
        for name in (
            "note",
            "look_around",
            "fail",
            "find_nobody",
            "be_put_off",
            "report_half",
            "outlive_the_lease",
            "last_longer_than_the_lease",
        )
    }
    settings.JOB_WAKER = "tests.jobs.test_services.wake"
    work.done.clear()
    woken.clear()


def waiting(job: Job) -> None:
    """Make a postponed job due again."""
    Job.objects.filter(id=job.id).update(next_attempt_at=timezone.now())


@pytest.mark.usefixtures("scope")
def test_a_job_is_done_once() -> None:
    job = services.enqueue("test.note", word="a")
    assert services.run(job.id) is True
    assert services.run(job.id) is False
    job.refresh_from_db()
    assert work.done == ["a"]
    assert (job.state, job.progress, job.tries, job.last_error) == (JobState.DONE, 1.0, 1, "")
    assert job.done_at is not None


@pytest.mark.usefixtures("scope")
def test_the_worker_is_woken_when_the_cause_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue("test.note", word="a")
        assert woken == []
    assert woken == [job]
    with django_capture_on_commit_callbacks(execute=True):
        services.enqueue("test.note", word="later", due_at=timezone.now() + timedelta(hours=1))
    assert woken == [job]


def no_broker(job: Job) -> None:
    raise redis.exceptions.ConnectionError("no broker")


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_cause_is_committed_and_the_sweep_does_the_work(
    alice: Person, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.JOB_WAKER = "tests.jobs.test_services.no_broker"
    with tenant_scope(alice.institution.id):
        job = services.enqueue("test.note", word="a")
        assert services.sweep() == 1
    assert work.done == ["a"]
    assert caplog.messages == [f"nobody was woken for job {job.id} of kind test.note: ConnectionError"]


@pytest.mark.usefixtures("scope")
def test_a_job_whose_cause_is_rolled_back_is_not_there() -> None:
    def cause() -> None:
        with transaction.atomic():
            services.enqueue("test.note", word="a")
            raise LookupError

    with pytest.raises(LookupError):
        cause()
    assert not Job.objects.exists()


@pytest.mark.usefixtures("scope")
def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(services.UnknownKind):
        services.enqueue("test.nothing")


def test_a_job_belongs_to_somebody() -> None:
    with pytest.raises(ScopeMissing):
        services.enqueue("test.note", word="a")


@pytest.mark.usefixtures("scope")
def test_the_sweep_runs_what_is_due_oldest_first() -> None:
    now = timezone.now()
    for word, seconds in (("second", -5), ("first", -9), ("later", 60)):
        services.enqueue("test.note", word=word, due_at=now + timedelta(seconds=seconds))
    assert services.sweep() == 2
    assert services.sweep() == 0
    assert work.done == ["first", "second"]


@pytest.mark.usefixtures("scope")
def test_a_sweep_begins_nothing_more_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    services.enqueue("test.note", word="a")
    monkeypatch.setattr(services, "SWEEP_FOR_S", 0.0)
    assert services.sweep() == 0
    monkeypatch.setattr(services, "SWEEP_FOR_S", 30.0)
    assert services.sweep() == 1


def test_each_job_runs_in_its_own_institution(alice: Person, charlie: Person) -> None:
    for person in (alice, charlie):
        with tenant_scope(person.institution.id):
            services.enqueue("test.look_around")
    assert services.sweep() == 2
    assert work.done == ["alice@north.example", "charlie@south.example"]


@pytest.mark.usefixtures("scope")
def test_a_failure_is_kept_and_tried_later() -> None:
    job = services.enqueue("test.fail", word="no disk")
    before = timezone.now()
    services.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.tries, job.last_error) == (JobState.WAITING, 1, "RuntimeError: no disk")
    assert timedelta(seconds=1) <= job.next_attempt_at - before <= timedelta(seconds=3)
    assert services.run(job.id) is False


@pytest.mark.usefixtures("scope")
def test_what_never_works_is_given_up_in_the_open() -> None:
    job = services.enqueue("test.fail", word="no disk")
    other = services.enqueue("test.note", word="fine")
    for _ in range(services.MAX_TRIES):
        waiting(job)
        assert services.run(job.id) is True
    job.refresh_from_db()
    assert (job.state, job.tries) == (JobState.QUARANTINED, services.MAX_TRIES)
    waiting(job)
    assert services.sweep() == 1
    other.refresh_from_db()
    assert other.state == JobState.DONE


@pytest.mark.usefixtures("scope")
def test_a_worker_that_died_loses_its_lease() -> None:
    job = services.enqueue("test.note", word="a")
    Job.objects.update(state=JobState.RUNNING, leased_until=timezone.now() + timedelta(minutes=1))
    assert services.run(job.id) is False
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert services.sweep() == 1
    assert work.done == ["a"]


def test_a_server_that_starts_alone_takes_back_what_was_running(alice: Person, charlie: Person) -> None:
    for person in (alice, charlie):
        with tenant_scope(person.institution.id):
            services.enqueue("test.look_around")
            done = services.enqueue("test.look_around")
            Job.objects.update(state=JobState.RUNNING, leased_until=timezone.now() + timedelta(minutes=5))
            Job.objects.filter(id=done.id).update(state=JobState.DONE)
    assert services.sweep() == 0
    assert services.take_back() == 2
    assert services.sweep() == 2
    assert sorted(work.done) == ["alice@north.example", "charlie@south.example"]


@pytest.mark.usefixtures("scope")
def test_work_that_takes_its_workers_down_is_given_up() -> None:
    job = services.enqueue("test.note", word="a")
    Job.objects.update(
        state=JobState.RUNNING, leased_until=timezone.now() - timedelta(seconds=1), tries=services.MAX_TRIES
    )
    assert services.sweep() == 1
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.QUARANTINED, "Every worker that tried it died.")
    assert work.done == []


@pytest.mark.usefixtures("scope")
def test_a_worker_whose_lease_ran_out_changes_nothing_any_more() -> None:
    job = services.enqueue("test.outlive_the_lease")
    assert services.run(job.id) is True
    job.refresh_from_db()
    assert work.done == ["first", "second"]
    assert (job.state, job.progress, job.tries, job.last_error) == (JobState.DONE, 1.0, 2, "")


@pytest.mark.usefixtures("scope")
def test_a_service_that_is_away_costs_no_try() -> None:
    job = services.enqueue("test.find_nobody")
    for _ in range(services.MAX_TRIES + 1):
        waiting(job)
        assert services.run(job.id) is True
    job.refresh_from_db()
    assert (job.state, job.tries, job.last_error) == (JobState.WAITING, 0, "ConnectionError: no Redis")
    assert timedelta(seconds=3) < job.next_attempt_at - timezone.now() < timedelta(seconds=7)


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease(alice: Person) -> None:
    lease = timedelta(seconds=0.6)
    with tenant_scope(alice.institution.id):
        job = services.enqueue("test.last_longer_than_the_lease")
        claimed = services.claim(job.id, lease=lease)
        assert claimed is not None
        services.perform(claimed, lease=lease)
        assert work.done == ["kept"]
        job.refresh_from_db()
        assert (job.state, job.tries) == (JobState.DONE, 1)


@pytest.mark.usefixtures("scope")
def test_progress_is_seen_while_the_job_runs() -> None:
    job = services.enqueue("test.report_half")
    services.run(job.id)
    assert work.done == ["0.5 running"]
    job.refresh_from_db()
    assert (job.progress, job.state) == (0.5, JobState.WAITING)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_does_the_job(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        job = services.enqueue("test.note", word="a")
    ready = threading.Barrier(2)
    ran: list[bool] = []

    def work_once() -> None:
        ready.wait(timeout=60)
        try:
            ran.append(services.run(job.id))
        finally:
            connection.close()

    threads = [threading.Thread(target=work_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(ran) == [False, True]
    assert work.done == ["a"]


@pytest.mark.usefixtures("scope")
def test_work_that_waits_already_is_not_written_again() -> None:
    first = services.enqueue_once("test.note", word="a")

    assert services.enqueue_once("test.note", word="a") == first
    assert services.enqueue_once("test.note", word="b") != first

    Job.objects.filter(id=first.id).update(state=JobState.RUNNING)
    after_it_began = services.enqueue_once("test.note", word="a")
    Job.objects.filter(id=after_it_began.id).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    while_it_is_put_off = services.enqueue_once("test.note", word="a")

    assert len({first, after_it_began, while_it_is_put_off}) == 3


@pytest.mark.usefixtures("scope")
def test_a_job_that_is_put_off_waits_and_is_never_given_up() -> None:
    job = services.enqueue("test.be_put_off")
    for _ in range(services.MAX_TRIES + 2):
        services.run(job.id)
        waiting(job)
    services.run(job.id)
    job.refresh_from_db()
    assert (job.state, job.tries, job.last_error) == (JobState.WAITING, 0, "the other side is away")
    assert timedelta(seconds=10) < job.next_attempt_at - timezone.now() < timedelta(seconds=19)

"""Celery only wakes a worker up; the row holds everything."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import services, tasks
from jobs.models import Job, JobState
from tests.jobs import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.fixture
def job(settings: Settings) -> Job:
    settings.JOB_KINDS = {"test.note": "tests.jobs.work.note"}
    work.done.clear()
    return services.enqueue("test.note", word="a")


def test_waking_runs_the_row_in_its_institution(job: Job) -> None:
    tasks.wake(job)
    job.refresh_from_db()
    assert (work.done, job.state) == (["a"], JobState.DONE)


def test_a_lost_message_is_found_by_the_sweep(job: Job) -> None:
    tasks.sweep.delay()
    assert work.done == ["a"]


def test_what_was_done_is_forgotten_after_thirty_days(job: Job) -> None:
    services.run(job.id)
    recent = services.enqueue("test.note", word="b")
    services.run(recent.id)
    waiting = services.enqueue("test.note", word="c")
    Job.objects.exclude(id=recent.id).update(done_at=timezone.now() - timedelta(days=31))
    assert tasks.forget_done() == 1
    assert set(Job.objects.values_list("id", flat=True)) == {recent.id, waiting.id}

"""Celery only wakes a worker up; the row holds everything."""

import pytest
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

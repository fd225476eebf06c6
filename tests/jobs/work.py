"""What the test kinds of job do."""

import threading
from datetime import timedelta

import redis.exceptions
from django.utils import timezone

from accounts.models import Membership
from jobs import services
from jobs.models import Job

done: list[str] = []
meeting: threading.Barrier | None = None


def sleep_on(job: Job) -> None:
    """A waker for tests that say themselves when work begins."""


def meet(job: Job) -> None:
    """Wait until as many are at it as the barrier asks for."""
    if meeting is not None:
        meeting.wait()
    done.append(job.payload["word"])


def note(job: Job) -> None:
    done.append(job.payload["word"])


def look_around(job: Job) -> None:
    done.extend(Membership.objects.values_list("user__email", flat=True))


def fail(job: Job) -> None:
    raise RuntimeError(job.payload["word"])


def find_nobody(job: Job) -> None:
    raise redis.exceptions.ConnectionError("no Redis")


def last_longer_than_the_lease(job: Job) -> None:
    """Waits until the lease was renewed, and looks whether anybody could have taken the job meanwhile."""
    first = Job.objects.get(id=job.id).leased_until
    assert first is not None
    while (now_until := Job.objects.get(id=job.id).leased_until) == first:
        threading.Event().wait(0.02)
    assert now_until is not None
    assert now_until > first
    done.append("kept")


def be_put_off(job: Job) -> None:
    raise services.NotNow("the other side is away", again_in_s=15)


def report_half(job: Job) -> None:
    services.report_progress(job, 0.5)
    stored = Job.objects.get(id=job.id)
    done.append(f"{stored.progress} {stored.state}")
    raise RuntimeError("after half")


def outlive_the_lease(job: Job) -> None:
    """Another worker takes the job over while this one still works, and this one fails after that."""
    Job.objects.filter(id=job.id).update(leased_until=timezone.now() - timedelta(seconds=1))
    if not done:
        done.append("first")
        services.run(job.id)
        services.report_progress(job, 0.1)
        raise RuntimeError("too late")
    Job.objects.filter(id=job.id).update(leased_until=job.leased_until)
    done.append("second")

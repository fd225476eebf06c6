"""Enqueue, claim, run, retry. A kind names the function that does the work (`JOB_KINDS`)."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.log_context import logged_as
from accounts.outages import RETRY_AFTER_S, is_outage
from accounts.tenancy import tenant_scope, unscoped
from jobs import figures
from jobs.leases import LEASE, held
from jobs.models import Job, JobState

MAX_TRIES = 8
SWEEP_FOR_S = 30.0
FIRST_RETRY_S = 2.0
LONGEST_RETRY_S = 3600.0

logger = logging.getLogger(__name__)


class UnknownKind(Exception):
    """A job kind that no setting names."""


class NotNow(Exception):
    """Raised by a job whose surroundings are away: it waits this long and counts as no failed try."""

    def __init__(self, words: str, *, again_in_s: float) -> None:
        super().__init__(words)
        self.again_in_s = again_in_s


@dataclass(frozen=True, slots=True)
class Work:
    """What `enqueue_many` writes one job for."""

    payload: dict[str, Any]
    group: str = ""
    due_at: datetime | None = None


def enqueue(kind: str, *, due_at: datetime | None = None, **payload: Any) -> Job:
    """Write the job in the caller's transaction; a worker is woken when that commits."""
    return enqueue_many(kind, [Work(payload, due_at=due_at)])[0]


def enqueue_once(kind: str, **payload: Any) -> Job:
    """Write the job, unless one like it is due and not begun: that one sees what the caller has changed."""
    due = Job.objects.filter(
        kind=kind, payload=payload, state=JobState.WAITING, next_attempt_at__lte=timezone.now()
    )
    # Locked, so that nobody begins it before the caller's changes can be seen.
    waiting = due.select_for_update(skip_locked=True).first()
    return waiting or enqueue(kind, **payload)


def enqueue_many(kind: str, works: Sequence[Work]) -> list[Job]:
    """Write jobs of one kind at once, as `enqueue` writes one."""
    if kind not in settings.JOB_KINDS:
        raise UnknownKind(kind)
    now = timezone.now()
    jobs = Job.objects.bulk_create(
        Job(
            kind=kind,
            payload=work.payload,
            group=work.group,
            # What was written first is begun first.
            next_attempt_at=work.due_at or now + timedelta(microseconds=place),
        )
        for place, work in enumerate(works)
    )
    due = [job for job, work in zip(jobs, works, strict=True) if work.due_at is None]
    # Whoever is woken for one job of a pool does all that are due.
    for job in due[:1] if kind in settings.JOB_POOLS else due:
        _wake_on_commit(job)
    return jobs


def sweep(limit: int = 50) -> int:
    """Run what is due and belongs to no pool, oldest first; returns how many were run.

    After a while nothing more is begun: the next sweep goes on, perhaps in another process.
    """
    end_s = time.monotonic() + SWEEP_FOR_S
    in_time = takewhile(lambda _job_id: time.monotonic() < end_s, _due(timezone.now(), limit))
    return sum(run(job_id) for job_id in in_time)


def run(job_id: Any) -> bool:
    """Claim one job and do it; False if somebody else has it or it is not due."""
    job = claim(job_id)
    if job is None:
        return False
    perform(job)
    return True


def perform(job: Job, *, lease: timedelta = LEASE) -> None:
    """Do a job that was claimed for so long; the lease is renewed while it is being done."""
    assert job.institution_id is not None
    with tenant_scope(job.institution_id), held(job, lease), logged_as(job=str(job.id)):
        if job.tries > _most_tries(job.kind):
            _give_up(job)
            return
        try:
            import_string(settings.JOB_KINDS[job.kind])(job)
        except NotNow as reason:
            logger.warning("job %s of kind %s is put off: %s", job.id, job.kind, reason)
            _put_off(job, reason)
        except Exception as error:
            _failed(job, error)
        else:
            _finish(job)


def take_back() -> int:
    """What was running is due again: for a server that starts alone, so that nobody can still be at work."""
    with unscoped("the jobs of every institution went down with the server"):
        return Job.objects.filter(state=JobState.RUNNING).update(
            state=JobState.WAITING, next_attempt_at=timezone.now(), leased_until=None
        )


def forget_done(*, before: datetime) -> int:
    """Delete what was done before this time; what was given up stays for people to see."""
    with unscoped("every institution's done jobs are forgotten alike"):
        deleted, _rows = Job.objects.filter(state=JobState.DONE, done_at__lt=before).delete()
    return deleted


def report_progress(job: Job, fraction: float) -> None:
    _write(job, progress=fraction)


def _due(now: datetime, limit: int) -> list[Any]:
    with unscoped("the sweeper serves every institution; each job runs in its own scope"):
        due = (
            Job.objects.filter(claimable(now))
            .exclude(kind__in=settings.JOB_POOLS)
            .order_by("next_attempt_at")
        )
        return list(due.values_list("id", flat=True)[:limit])


def claimable(now: datetime) -> Q:
    waiting = Q(state=JobState.WAITING, next_attempt_at__lte=now)
    return waiting | Q(state=JobState.RUNNING, leased_until__lt=now)


def claim(job_id: Any, *, lease: timedelta = LEASE) -> Job | None:
    """Make a due job ours for as long as the lease; None if somebody else has it or it is not due."""
    now = timezone.now()
    with unscoped("the job says which institution it belongs to"):
        # A conditional update is the claim: of two workers one changes the row. The try counts from here, so
        # that work which takes its worker down with it is given up as well.
        claimed = Job.objects.filter(claimable(now), id=job_id).update(
            state=JobState.RUNNING, leased_until=now + lease, tries=F("tries") + 1
        )
        return Job.objects.get(id=job_id) if claimed else None


def _failed(job: Job, error: Exception) -> None:
    """Whatever went wrong, the row must say so and be tried again; what is away is waited for."""
    if is_outage(error):
        reason = NotNow(f"{type(error).__name__}: {error}", again_in_s=RETRY_AFTER_S)
        logger.warning("job %s of kind %s is put off: %s", job.id, job.kind, type(error).__name__)
        _put_off(job, reason)
        return
    logger.error("job %s of kind %s failed", job.id, job.kind, exc_info=error)
    _postpone(job, error)


def _finish(job: Job) -> None:
    figures.RUN.labels(job.kind, "done").inc()
    _write(job, state=JobState.DONE, progress=1.0, done_at=timezone.now(), last_error="")


def _postpone(job: Job, error: Exception) -> None:
    figures.RUN.labels(job.kind, "failed").inc()
    _write(
        job,
        state=JobState.QUARANTINED if job.tries >= _most_tries(job.kind) else JobState.WAITING,
        next_attempt_at=timezone.now() + timedelta(seconds=_retry_delay_s(job.tries)),
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def _put_off(job: Job, reason: NotNow) -> None:
    again_at = timezone.now() + timedelta(seconds=random.uniform(0.8, 1.2) * reason.again_in_s)  # noqa: S311
    changes = {"state": JobState.WAITING, "next_attempt_at": again_at, "last_error": str(reason)[:2000]}
    _write(job, tries=max(0, job.tries - 1), leased_until=None, **changes)


def _give_up(job: Job) -> None:
    figures.RUN.labels(job.kind, "given_up").inc()
    _write(job, state=JobState.QUARANTINED, last_error=job.last_error or "Every worker that tried it died.")


def _write(job: Job, **changes: Any) -> None:
    """Only while the claim is ours: another worker's word about the job counts after it ran out."""
    ours = Job.objects.filter(id=job.id, state=JobState.RUNNING, tries=job.tries)
    if not ours.update(**changes):
        logger.warning("job %s of kind %s went on after its lease", job.id, job.kind)
        return
    for name, value in changes.items():
        setattr(job, name, value)


def _wake_on_commit(job: Job) -> None:
    # A broker that is away must not undo or fail what is committed: the sweep finds the row.
    transaction.on_commit(lambda: _wake(job), robust=True)


def _wake(job: Job) -> None:
    try:
        import_string(settings.JOB_WAKER)(job)
    except Exception as error:
        if not is_outage(error):
            raise
        logger.warning("nobody was woken for job %s of kind %s: %s", job.id, job.kind, type(error).__name__)


def _most_tries(kind: str) -> int:
    pool: dict[str, int] = settings.JOB_POOLS.get(kind, {})
    return pool.get("most_tries", MAX_TRIES)


def _retry_delay_s(tries: int) -> float:
    longest = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** (tries - 1))
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter, not a secret

"""Kinds of job that wait for strangers' machines: several at a time, and nobody holds all the threads.

`JOB_POOLS` names the kinds and their limits. Within one process they hold exactly; where several drain the
same kind, a group may for a moment get more than its share. No job ever runs twice at a time.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from django.conf import settings
from django.db import connections
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.tenancy import unscoped
from jobs import services
from jobs.models import Job, JobState

POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """How many threads work, and how many of them for one institution and for one group of its jobs."""

    threads: int
    of_an_institution: int
    of_a_group: int
    lease_s: int
    most_tries: int


@dataclass(frozen=True, slots=True)
class _Due:
    job_id: uuid.UUID
    institution_id: uuid.UUID
    group: str
    next_attempt_at: datetime

    @property
    def holder(self) -> tuple[uuid.UUID, str]:
        return self.institution_id, self.group


def limits_of(kind: str) -> Limits:
    return Limits(**settings.JOB_POOLS[kind])


def drain(kind: str, *, is_over: Callable[[], bool]) -> int:
    """Do what is due until nothing is left, or nothing new once `is_over`; returns how many were done."""
    limits = limits_of(kind)
    ended: SimpleQueue[None] = SimpleQueue()
    working = done = 0
    while True:
        if not is_over():
            for job in _claimed(kind, limits, limits.threads - working):
                _begin(job, limits, ended)
                working += 1
        if not working:
            return done
        ends = _wait(ended)
        working -= ends
        done += ends


def due_fairly(kind: str, limits: Limits, number: int) -> list[uuid.UUID]:
    """The next jobs to begin: of whoever has the fewest running first, and within each the oldest."""
    if number <= 0:
        return []
    with unscoped("a pool serves every institution; each job runs in its own scope"):
        candidates = _candidates(kind, limits.of_a_group, timezone.now())
        of_group = Counter(_running(kind))
    of_institution: Counter[uuid.UUID] = Counter()
    for (institution_id, _group), count in of_group.items():
        of_institution[institution_id] += count
    chosen: list[uuid.UUID] = []
    while len(chosen) < number:
        free = [
            due
            for due in candidates
            if of_group[due.holder] < limits.of_a_group
            and of_institution[due.institution_id] < limits.of_an_institution
        ]
        if not free:
            break
        first = min(free, key=lambda due: (of_institution[due.institution_id], due.next_attempt_at))
        candidates.remove(first)
        of_group[first.holder] += 1
        of_institution[first.institution_id] += 1
        chosen.append(first.job_id)
    return chosen


def time_is_up(after_s: float) -> Callable[[], bool]:
    end_s = time.monotonic() + after_s
    return lambda: time.monotonic() >= end_s


def _claimed(kind: str, limits: Limits, number: int) -> list[Job]:
    lease = timedelta(seconds=limits.lease_s)
    claims = (services.claim(job_id, lease=lease) for job_id in due_fairly(kind, limits, number))
    return [job for job in claims if job is not None]


def _begin(job: Job, limits: Limits, ended: SimpleQueue[None]) -> None:
    def work() -> None:
        try:
            services.perform(job, lease=timedelta(seconds=limits.lease_s))
        finally:
            # The thread ends here, and with it whoever could use its connection again.
            connections.close_all()
            ended.put(None)

    # A thread that dies with its process is a lease that runs out, so nobody has to wait for it at the end.
    threading.Thread(target=work, name=job.kind, daemon=True).start()


def _wait(ended: SimpleQueue[None]) -> int:
    """How many have ended since; waits for the first, but not so long that new jobs would wait too."""
    ends = 0
    try:
        ended.get(timeout=POLL_S)
        ends += 1
        while True:
            ended.get_nowait()
            ends += 1
    except Empty:
        return ends


def _candidates(kind: str, of_a_group: int, now: datetime) -> list[_Due]:
    place = Window(
        RowNumber(),
        partition_by=[F("institution_id"), F("group")],
        order_by=[F("next_attempt_at").asc(), F("id").asc()],
    )
    due = (
        Job.objects.filter(services.claimable(now), kind=kind)
        .annotate(place=place)
        .filter(place__lte=of_a_group)
        .values_list("id", "institution_id", "group", "next_attempt_at")
    )
    return [_Due(*row) for row in due]


def _running(kind: str) -> list[tuple[uuid.UUID, str]]:
    held = Job.objects.filter(kind=kind, state=JobState.RUNNING, leased_until__gte=timezone.now())
    return list(held.values_list("institution_id", "group"))

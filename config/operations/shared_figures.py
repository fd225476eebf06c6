"""What the whole installation shares, asked of database and broker: the same from every web process."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.tenancy import unscoped
from config.celery import app
from jobs.models import Job, JobState
from privacy.models import PurgeRun
from proctoring.models import WaitingFile
from proctoring.services.due_folds import oldest_due_s

# A scrape from every process of a large installation must not become a load.
KEPT_S = 10.0
REASON = "operators see how much waits, never whose"

logger = logging.getLogger(__name__)


class SharedFigures(Collector):
    def __init__(self) -> None:
        self._kept: tuple[float, list[Metric]] | None = None

    def collect(self) -> Iterable[Metric]:
        now_s = time.monotonic()
        if self._kept is None or now_s - self._kept[0] > KEPT_S:
            self._kept = now_s, list(_collect())
        return self._kept[1]


def _collect() -> Iterator[Metric]:
    """What cannot be asked is left out and said, so that the rest is still there."""
    failed = GaugeMetricFamily(
        "invigil_figures_missing", "Figures that could not be asked for.", labels=["part"]
    )
    parts: dict[str, Callable[[], list[Metric]]] = {
        "jobs": _jobs,
        "evidence": _waiting_files,
        "folds": _folds,
        "purges": _purges,
        "queues": _queues,
        "pool": _pool,
    }
    for name, ask in parts.items():
        try:
            yield from ask()
        except Exception as error:
            logger.warning("figures of %s are missing: %s", name, type(error).__name__)
            failed.add_metric([name], 1)
        else:
            failed.add_metric([name], 0)
    yield failed


def _jobs() -> list[Metric]:
    by_state = GaugeMetricFamily(
        "invigil_jobs", "Jobs by kind and state; done ones are not counted.", labels=["kind", "state"]
    )
    overdue = GaugeMetricFamily(
        "invigil_job_overdue_seconds", "How long the oldest due job has waited.", labels=["kind"]
    )
    now = timezone.now()
    with unscoped(REASON):
        found = (
            Job.objects.exclude(state=JobState.DONE)
            .values("kind", "state")
            .annotate(number=Count("id"), oldest=Min("next_attempt_at", filter=Q(state=JobState.WAITING)))
        )
        rows = list(found)
    for row in rows:
        by_state.add_metric([row["kind"], row["state"]], row["number"])
        if row["oldest"] is not None:
            overdue.add_metric([row["kind"]], _age_s(row["oldest"], now))
    return [by_state, overdue]


def _waiting_files() -> list[Metric]:
    with unscoped(REASON):
        waiting = WaitingFile.objects.aggregate(number=Count("id"), oldest=Min("created_at"))
    age_s = _age_s(waiting["oldest"], timezone.now())
    return [
        GaugeMetricFamily(
            "invigil_evidence_waiting", "Pictures on their way to storage.", value=waiting["number"]
        ),
        GaugeMetricFamily(
            "invigil_evidence_waiting_seconds", "How long the oldest of them has waited.", value=age_s
        ),
    ]


def _folds() -> list[Metric]:
    words = "How long the oldest events that are due to be judged have waited."
    return [GaugeMetricFamily("invigil_fold_overdue_seconds", words, value=oldest_due_s(timezone.now()))]


def _purges() -> list[Metric]:
    """What the last purge of each institution found, and how long ago that was where it is longest ago."""
    now = timezone.now()
    with unscoped(REASON):
        runs = PurgeRun.objects.filter(finished_at__isnull=False)
        newest = dict(runs.values_list("institution_id").annotate(newest=Max("finished_at")))
        recent = runs.filter(finished_at__gte=now - timedelta(days=7))
        found = [
            run
            for run in recent.only("institution_id", "finished_at", "overdue_count", "failed_count")
            if run.finished_at == newest[run.institution_id]
        ]
    oldest_s = max((_age_s(finished_at, now) for finished_at in newest.values()), default=0.0)
    overdue = sum(run.overdue_count for run in found)
    failed = sum(run.failed_count for run in found)
    return [
        GaugeMetricFamily("invigil_overdue_data", "Things kept for longer than promised.", value=overdue),
        GaugeMetricFamily("invigil_purge_failed", "Things that could not be deleted.", value=failed),
        GaugeMetricFamily("invigil_purge_age_seconds", "Since the purge longest ago.", value=oldest_s),
    ]


def _queues() -> list[Metric]:
    depth = GaugeMetricFamily("invigil_queue_depth", "Messages that no worker has taken.", labels=["queue"])
    names = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} | {app.conf.task_default_queue}
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        for name in sorted(names):
            depth.add_metric([name], channel.queue_declare(name).message_count)
    return [depth]


def _pool() -> list[Metric]:
    """Of this process alone."""
    found = GaugeMetricFamily(
        "invigil_database_pool", "Connections of the answering process.", labels=["state"]
    )
    pool = getattr(connections["default"], "pool", None) if settings.DATABASE_POOLS else None
    if pool is not None:
        stats = pool.get_stats()
        for state, key in (("open", "pool_size"), ("free", "pool_available"), ("wanted", "requests_waiting")):
            found.add_metric([state], stats.get(key, 0))
    return [found]


def _age_s(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0

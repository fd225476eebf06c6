"""The Celery application; queues and routes are settings."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import (
    setup_logging,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)
from django.conf import settings
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("invigil")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def hold_a_whole_batch(sender: Any, **_: Any) -> None:
    """A worker that collects messages takes as many at a time as the largest batch of its queues holds."""
    sizes = {"inspect": settings.INSPECT_BATCH_SIZE, "audio": settings.AUDIO_BATCH_SIZE}
    queues = sender.app.amqp.queues.consume_from
    sender.prefetch_multiplier = max(sender.prefetch_multiplier, *(sizes.get(queue, 1) for queue in queues))


@worker_process_init.connect
def keep_connections(**_: Any) -> None:
    from config import pooling

    pooling.keep_connections()


@task_prerun.connect
def look_at_connections(sender: Any, **_: Any) -> None:
    """Celery itself knows only to close them all (`CELERY_DB_REUSE_MAX`), or to ask nothing."""
    if not sender.request.is_eager:
        close_old_connections()


@worker_process_init.connect
def let_rooms_go_first(**_: Any) -> None:
    """On a machine with too much to do, acknowledgements come first and what is seen in pictures after."""
    os.nice(settings.WORKER_NICENESS)


@setup_logging.connect
def log_as_configured(**_: Any) -> None:
    """A worker's lines look like everybody's: Celery's own set-up stays away when somebody answers here."""
    logging.config.dictConfig(settings.LOGGING)


@worker_ready.connect
def answer_for_figures(**_: Any) -> None:
    from config.operations import exposition

    if settings.METRICS_PORT:
        exposition.forget_dead()
        exposition.serve_figures(settings.METRICS_PORT)


@worker_process_shutdown.connect
def leave_no_figures_behind(**_: Any) -> None:
    from config.operations import exposition

    exposition.end_process()

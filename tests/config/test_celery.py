"""A worker takes as many messages at a time as a batch of its queues holds, and keeps what works.

That Celery asks us in time is seen in `tests/services/test_worker.py`, where a batch must be full, and in
`tests/bench/test_pictures.py`.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from django.db import connection

from config.celery import hold_a_whole_batch, look_at_connections


@pytest.mark.parametrize(
    ("queues", "taken"),
    [("frames", 1), ("audio", 8), ("inspect", 16), ("inspect,audio,frames", 16), ("jobs,celery", 1)],
)
def test_a_worker_holds_a_whole_batch_of_its_queues(settings: Any, queues: str, taken: int) -> None:
    assert taken_by(settings, queues=queues, asked=1) == taken


def test_what_was_asked_for_on_the_command_line_is_not_lessened(settings: Any) -> None:
    assert taken_by(settings, queues="audio", asked=20) == 20


def taken_by(settings: Any, *, queues: str, asked: int) -> int:
    settings.INSPECT_BATCH_SIZE, settings.AUDIO_BATCH_SIZE = 16, 8
    app = Celery(set_as_current=False)
    app.amqp.queues.select(queues.split(","))
    worker = SimpleNamespace(app=app, prefetch_multiplier=asked)
    hold_a_whole_batch(sender=worker)
    taken: int = worker.prefetch_multiplier
    return taken


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kept_s", "is_eager", "stays"), [(None, False, True), (0, False, False), (0, True, True)]
)
def test_before_a_task_what_is_worn_out_is_closed(kept_s: int | None, is_eager: bool, stays: bool) -> None:
    """A task that runs in its caller's thread leaves the caller its connection."""
    before = connection.settings_dict["CONN_MAX_AGE"]
    connection.close()
    try:
        connection.settings_dict["CONN_MAX_AGE"] = kept_s
        connection.ensure_connection()
        look_at_connections(sender=SimpleNamespace(request=SimpleNamespace(is_eager=is_eager)))
        assert (connection.connection is not None) is stays
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = before
        connection.close()

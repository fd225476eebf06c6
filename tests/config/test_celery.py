"""A worker takes as many messages at a time as a batch of its queues holds, and no more.

That Celery asks us in time is seen in `tests/services/test_worker.py`, where a batch must be full.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery

from config.celery import hold_a_whole_batch


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

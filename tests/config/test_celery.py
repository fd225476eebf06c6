"""A worker takes as many messages at a time as a batch of its queues holds, and no more."""

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
    settings.INSPECT_BATCH_SIZE, settings.AUDIO_BATCH_SIZE = 16, 8
    app = Celery(set_as_current=False)
    app.amqp.queues.select(queues.split(","))
    worker = SimpleNamespace(app=app, prefetch_multiplier=1)
    hold_a_whole_batch(instance=worker)
    assert worker.prefetch_multiplier == taken


def test_what_was_asked_for_on_the_command_line_is_not_lessened(settings: Any) -> None:
    settings.AUDIO_BATCH_SIZE = 8
    app = Celery(set_as_current=False)
    app.amqp.queues.select(["audio"])
    worker = SimpleNamespace(app=app, prefetch_multiplier=20)
    hold_a_whole_batch(instance=worker)
    assert worker.prefetch_multiplier == 20

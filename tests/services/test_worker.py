"""Celery workers of the production profile, on real PostgreSQL, Redis and S3."""

import json
import re
from collections.abc import Iterator

import psycopg
import pytest

from tests.faults.waiting import until
from tests.stack.stack import Stack, Worker, running_stack

pytestmark = pytest.mark.slow
LIMIT_S = 90
SWEPT = re.compile(r"Task jobs\.tasks\.sweep\[[^]]+\] succeeded")
SEEN = "SELECT session_id::text, record->'v'->'persons' FROM proctoring_observation WHERE stream = 'objects'"
HEARD = "SELECT session_id::text, record->'v'->'level_db' FROM proctoring_observation WHERE stream = 'audio'"
WORKERS = (
    Worker("jobs", ("celery", "jobs")),
    Worker("looks", ("inspect",)),
    Worker("sounds", ("audio",)),
)
# Only a full batch is looked at or heard within the time of these tests.
SETTINGS = {
    "INSPECT_BATCH_SIZE": "3",
    "INSPECT_BATCH_WAIT_MS": "600000",
    "OBJECT_DETECTOR": "tests.services.order_looks.PeopleByBrightness",
    "AUDIO_BATCH_SIZE": "3",
    "AUDIO_BATCH_WAIT_MS": "600000",
}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(web=0, workers=WORKERS, environment=SETTINGS) as running:
        yield running


def told_of_a_batch(stack: Stack, *, orders: str, told: str) -> tuple[dict[str, str], dict[str, object]]:
    """Whose session is which of those that the module `orders` sends for, and what was recorded for each."""
    sessions = json.loads(stack.run("-m", orders))
    with psycopg.connect(stack.services.reading_url, autocommit=True) as database:
        until(lambda: len(database.execute(told).fetchall()) == 2, within_s=LIMIT_S)
        return sessions, dict(database.execute(told).fetchall())


def test_a_worker_sweeps_the_jobs(stack: Stack) -> None:
    worker = stack.worker("jobs")
    until(lambda: SWEPT.search(worker.written()) is not None, within_s=LIMIT_S)
    assert "Traceback" not in worker.written()


def test_a_worker_looks_at_two_candidates_frames_at_once_and_a_broken_one_hurts_only_itself(
    stack: Stack,
) -> None:
    sent, told = told_of_a_batch(stack, orders="tests.services.order_looks", told=SEEN)
    written = stack.worker("looks").written()
    assert told == {sent["north"]: 2, sent["south"]: 1}
    assert re.findall(r"shown (\d+) pictures at once", written) == ["2"]
    assert f"frame 1 of session {sent['broken']} could not be inspected" in written


def test_a_worker_hears_two_candidates_seconds_at_once_and_a_broken_one_hurts_only_itself(
    stack: Stack,
) -> None:
    sent, told = told_of_a_batch(stack, orders="tests.services.order_sounds", told=HEARD)
    assert told == {sent["loud"]: -1.9, sent["quiet"]: -20.0}
    written = stack.worker("sounds").written()
    assert f"sound 1 of session {sent['damaged']} could not be heard" in written

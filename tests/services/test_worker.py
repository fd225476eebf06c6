"""Celery workers of the production profile, on real PostgreSQL and Redis."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.services.__main__ import environment
from tests.services.postgres import postgres, watching_url
from tests.services.process import running
from tests.services.redis_server import redis_server
from tests.services.s3 import S3Server

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SWEPT = re.compile(r"Task jobs\.tasks\.sweep\[[^]]+\] succeeded")
WORKER = ("-W", "ignore", "-m", "celery", "--workdir", str(ROOT), "-A", "config", "worker", "--pool=solo")
SEEN = "SELECT session_id::text, record->'v'->'persons' FROM proctoring_observation WHERE stream = 'objects'"
HEARD = "SELECT session_id::text, record->'v'->'level_db' FROM proctoring_observation WHERE stream = 'audio'"


@contextmanager
def production() -> Iterator[dict[str, str]]:
    """The environment of the production profile, with an empty database that has its tables."""
    with postgres() as database_url, redis_server() as redis_url:
        served = os.environ | environment(database_url, redis_url, S3Server("http://127.0.0.1:1"))
        served |= {"DJANGO_SETTINGS_MODULE": "config.settings.production", "PYTHONPATH": str(ROOT)}
        python(served, "manage.py", "migrate", "--verbosity=0")
        yield served


def python(served: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=served, check=True, timeout=90, stdout=subprocess.PIPE
    )
    return done.stdout.decode()


def test_a_worker_sweeps_the_jobs(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    options = ["-B", "-s", str(tmp_path / "beat"), "-Q", "celery,jobs", "--loglevel=INFO"]
    with (
        production() as served,
        running(
            "Celery",
            [sys.executable, *WORKER, *options],
            log=log,
            ready=lambda: SWEPT.search(log.read_text(errors="replace")) is not None,
            environment=served,
        ),
    ):
        assert "Traceback" not in log.read_text(errors="replace")


@dataclass(frozen=True, slots=True)
class Worked:
    """Whose session is which, what was recorded for each session, and what the worker wrote."""

    sessions: dict[str, str]
    told: dict[str, object]
    written: str


def after_one_batch(
    *, queue: str, orders: str, settings: dict[str, str], seen: str, expected: int, log: Path
) -> Worked:
    """A worker's records of what the module `orders` sends before it starts."""
    with production() as production_served:
        served = production_served | settings
        sessions = json.loads(python(served, "-W", "ignore", "-m", orders))
        with (
            psycopg.connect(watching_url(served["DATABASE_URL"]), autocommit=True) as database,
            running(
                "Celery",
                [sys.executable, *WORKER, "-Q", queue, "--loglevel=INFO"],
                log=log,
                ready=lambda: len(database.execute(seen).fetchall()) == expected,
                environment=served,
            ),
        ):
            told = dict(database.execute(seen).fetchall())
    return Worked(sessions, told, log.read_text(errors="replace"))


def test_a_worker_looks_at_two_candidates_frames_at_once_and_a_broken_one_hurts_only_itself(
    tmp_path: Path,
) -> None:
    worked = after_one_batch(
        queue="inspect",
        orders="tests.services.order_looks",
        # Only a full batch is looked at within the time of this test.
        settings={
            "INSPECT_BATCH_SIZE": "3",
            "INSPECT_BATCH_WAIT_MS": "600000",
            "OBJECT_DETECTOR": "tests.services.order_looks.PeopleByBrightness",
        },
        seen=SEEN,
        expected=2,
        log=tmp_path / "worker.log",
    )
    sent = worked.sessions
    assert worked.told == {sent["north"]: 2, sent["south"]: 1}
    assert re.findall(r"shown (\d+) pictures at once", worked.written) == ["2"]
    assert f"frame 1 of session {sent['broken']} could not be inspected" in worked.written


def test_a_worker_hears_two_candidates_seconds_at_once_and_a_broken_one_hurts_only_itself(
    tmp_path: Path,
) -> None:
    worked = after_one_batch(
        queue="audio",
        orders="tests.services.order_sounds",
        # Only a full batch is heard within the time of this test.
        settings={"AUDIO_BATCH_SIZE": "3", "AUDIO_BATCH_WAIT_MS": "600000"},
        seen=HEARD,
        expected=2,
        log=tmp_path / "worker.log",
    )
    sent = worked.sessions
    assert worked.told == {sent["north"]: -1.9, sent["south"]: -20.0}
    assert f"sound 1 of session {sent['broken']} could not be heard" in worked.written

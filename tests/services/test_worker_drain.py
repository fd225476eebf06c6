"""A worker that is told to end gives back what it cannot finish, and counts for Prometheus until then."""

import signal
import sys
import urllib.request
from pathlib import Path

import pytest
from redis import Redis

from tests.services.process import free_port, running
from tests.services.test_worker import ROOT, production, python

pytestmark = pytest.mark.slow
LIMIT_S = 90
TOKEN = "only-for-this-test"
SEND = "from config.celery import app; app.send_task('tests.services.endless.wait', queue='jobs')"


def test_a_worker_gives_back_what_it_cannot_finish_in_time(tmp_path: Path) -> None:
    log, port, figures = tmp_path / "worker.log", free_port(), tmp_path / "figures"
    figures.mkdir()
    with production() as production_served:
        served = production_served | {
            "REMAP_SIGTERM": "SIGQUIT",
            "WORKER_DRAIN_LIMIT_S": "1",
            "METRICS_PORT": str(port),
            "METRICS_TOKEN": TOKEN,
            "PROMETHEUS_MULTIPROC_DIR": str(figures),
        }
        python(served, "-W", "ignore", "-c", SEND)
        command = ["-m", "celery", "--workdir", str(ROOT), "-A", "config", "worker", "-Q", "jobs", "-c", "1"]
        with running(
            "Celery",
            [sys.executable, "-W", "ignore", *command, "-I", "tests.services.endless"],
            log=log,
            ready=lambda: "began to wait" in log.read_text(errors="replace"),
            environment=served,
        ) as worker:
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
            )
            with urllib.request.urlopen(asked, timeout=LIMIT_S) as answer:
                assert answer.status == 200
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=LIMIT_S)
        with Redis.from_url(f"{served['REDIS_URL']}/3") as broker:
            assert broker.llen("jobs") == 1

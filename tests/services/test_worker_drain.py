"""A worker that is told to end gives back what it cannot finish, and counts for Prometheus until then."""

import urllib.request
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.waiting import until
from tests.services.process import free_port
from tests.stack.stack import Worker, running_stack

pytestmark = pytest.mark.slow
LIMIT_S = 90
TOKEN = "only-for-this-test"
ENDLESS = Worker("endless", ("endless",), options=("-I", "tests.services.endless"))
SEND = "from config.celery import app; app.send_task('tests.services.endless.wait', queue='endless')"


def test_a_worker_gives_back_what_it_cannot_finish_in_time(tmp_path: Path) -> None:
    port, figures = free_port(), tmp_path / "figures"
    figures.mkdir()
    settings = {
        "REMAP_SIGTERM": "SIGQUIT",
        "WORKER_DRAIN_LIMIT_S": "1",
        "METRICS_PORT": str(port),
        "METRICS_TOKEN": TOKEN,
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
    }
    with running_stack(web=0, workers=[ENDLESS], environment=settings) as stack:
        worker = stack.worker("endless")
        stack.run("-c", SEND)
        until(lambda: "began to wait" in worker.written(), within_s=LIMIT_S)
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(asked, timeout=LIMIT_S) as answer:
            assert answer.status == 200
        worker.stop(limit_s=LIMIT_S)
        with Redis.from_url(f"{stack.environment['REDIS_URL']}/3") as broker:
            assert broker.llen("endless") == 1

"""A Celery worker of the production profile does periodic work on real PostgreSQL and Redis."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.__main__ import environment
from tests.services.postgres import postgres
from tests.services.process import running
from tests.services.redis_server import redis_server
from tests.services.s3 import S3Server

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SWEPT = re.compile(r"Task jobs\.tasks\.sweep\[[^]]+\] succeeded")


def test_a_worker_sweeps_the_jobs(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with postgres() as database_url, redis_server() as redis_url:
        served = os.environ | environment(database_url, redis_url, S3Server("http://127.0.0.1:1"))
        served |= {"DJANGO_SETTINGS_MODULE": "config.settings.production", "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=ROOT,
            env=served,
            check=True,
            timeout=60,
        )
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "celery",
            "--workdir",
            str(ROOT),
            "-A",
            "config",
            "worker",
        ]
        options = ["-B", "-s", str(tmp_path / "beat"), "-Q", "celery,jobs", "--pool=solo", "--loglevel=INFO"]
        with running(
            "Celery",
            [*command, *options],
            log=log,
            ready=lambda: SWEPT.search(log.read_text(errors="replace")) is not None,
            environment=served,
        ):
            assert "Traceback" not in log.read_text(errors="replace")

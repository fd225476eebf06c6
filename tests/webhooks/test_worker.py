"""A Celery worker of the production profile, woken over Redis, delivers over https."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from tests.services.__main__ import environment
from tests.services.postgres import postgres
from tests.services.process import running
from tests.services.redis_server import redis_server
from tests.services.s3 import S3Server
from tests.webhooks.certificates import make_certificate, tls_side
from tests.webhooks.endpoints import SECRET
from tests.webhooks.receivers import answer, receiving

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
EVENTS = 12

PUBLISH = f"""
import django
django.setup()
from accounts.services import register_institution
from accounts.tenancy import tenant_scope
from webhooks import outbox, services
import sys
owner = register_institution(name="North", email="alice@north.example", password="correct horse battery")
with tenant_scope(owner.institution_id):
    wanted = services.EndpointSettings(sys.argv[1], ("session.started",))
    services.create_endpoint(settings=wanted, secret="{SECRET}", actor=owner.user)
    outbox.publish_all("session.started", [{{"session": str(number)}} for number in range({EVENTS})])
"""


def test_a_worker_delivers_what_it_is_woken_for(tmp_path: Path) -> None:
    log, certificate = tmp_path / "worker.log", make_certificate(tmp_path, "localhost")
    worker = [
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
    options = ["-Q", "webhooks", "--concurrency", "1", "--loglevel=INFO"]
    with (
        postgres() as database_url,
        redis_server() as redis_url,
        receiving(answer(), wrap=tls_side(certificate, [])) as receiver,
    ):
        served = os.environ | environment(database_url, redis_url, S3Server("http://127.0.0.1:1"))
        served |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "PYTHONPATH": str(ROOT),
            "WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128",
            "WEBHOOK_PORTS": str(receiver.port),
            "SSL_CERT_FILE": str(certificate),
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, cwd=ROOT, env=served, check=True, timeout=120)
        with running(
            "Celery",
            [*worker, *options],
            log=log,
            ready=lambda: " ready." in log.read_text(errors="replace"),
            environment=served,
        ):
            publish = [sys.executable, "-c", PUBLISH, f"https://localhost:{receiver.port}/hook"]
            subprocess.run(publish, cwd=ROOT, env=served, check=True, timeout=120)
            pause, end_s = threading.Event(), time.monotonic() + 60
            while len(receiver.received) < EVENTS and time.monotonic() < end_s:
                pause.wait(0.05)
    text = log.read_text(errors="replace")
    assert len({request.headers["webhook-id"] for request in receiver.received}) == EVENTS, text
    told = [Webhook(SECRET).verify(request.body, request.headers) for request in receiver.received]
    assert {one["data"]["session"] for one in told} == {str(number) for number in range(EVENTS)}
    assert "Traceback" not in text

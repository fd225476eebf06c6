"""A Celery worker of the production profile, woken over Redis, delivers over https."""

from pathlib import Path

import pytest
from standardwebhooks import Webhook

from tests.faults.waiting import until
from tests.stack.stack import Worker, running_stack
from tests.webhooks.certificates import make_certificate, tls_side
from tests.webhooks.endpoints import SECRET
from tests.webhooks.receivers import answer, receiving

pytestmark = pytest.mark.slow
EVENTS = 12
LIMIT_S = 60
WORKER = Worker("webhooks", ("webhooks",))

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
    certificate = make_certificate(tmp_path, "localhost")
    with receiving(answer(), wrap=tls_side(certificate, [])) as receiver:
        settings = {
            # The profile itself: nothing is allowed beside what an institution's own network is.
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128",
            "WEBHOOK_PORTS": str(receiver.port),
            "SSL_CERT_FILE": str(certificate),
        }
        with running_stack(web=0, workers=[WORKER], environment=settings) as stack:
            stack.run("-c", PUBLISH, f"https://localhost:{receiver.port}/hook")
            until(lambda: len(receiver.received) >= EVENTS, within_s=LIMIT_S)
            text = stack.worker("webhooks").written()
    assert len({request.headers["webhook-id"] for request in receiver.received}) == EVENTS, text
    told = [Webhook(SECRET).verify(request.body, request.headers) for request in receiver.received]
    assert {one["data"]["session"] for one in told} == {str(number) for number in range(EVENTS)}
    assert "Traceback" not in text

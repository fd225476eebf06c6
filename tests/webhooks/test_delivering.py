"""A delivery from the event to the receiver: what is sent, what is not, and what is written down."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import resolve
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.tenancy import tenant_scope
from jobs import pools
from jobs import services as jobs
from jobs.models import Job, JobState
from tests.conftest import Person
from tests.webhooks.endpoints import SECRET, make_delivery, make_endpoint
from tests.webhooks.receivers import answer, receiving
from webhooks import delivering, services
from webhooks.models import Delivery, DeliveryState, Endpoint, Try

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def building(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    settings.JOB_WAKER = "tests.jobs.work.sleep_on"


@pytest.mark.usefixtures("scope")
def test_a_receiver_gets_the_event_signed_and_with_links(settings: Any) -> None:
    with receiving(answer()) as receiver:
        delivery = make_delivery(make_endpoint(receiver.url), session="5", exam="6")
        assert jobs.run(Job.objects.get().id)
    (request,) = receiver.received
    event = delivery.event
    assert request.headers["webhook-id"] == f"evt_{event.id.hex}"
    assert (request.headers["content-type"], request.headers["user-agent"]) == (
        "application/json",
        "Invigil-Webhooks/1",
    )
    body = Webhook(SECRET).verify(request.body, request.headers)
    assert body == {
        "type": "session.started",
        "timestamp": delivering.instant(event.created_at),
        "data": {
            "session": "5",
            "exam": "6",
            "links": {
                "exam": f"{settings.PUBLIC_URL}/exams/6/",
                "session": f"{settings.PUBLIC_URL}/sessions/5/",
            },
        },
    }
    delivery.refresh_from_db()
    assert (delivery.state, Job.objects.get().state) == (DeliveryState.DELIVERED, JobState.DONE)


def test_links_lead_to_pages(settings: Any) -> None:
    names = {
        name: resolve(path.format("00000000-0000-0000-0000-000000000001")).view_name
        for name, path in settings.SUBJECT_PAGES.items()
    }
    assert names == {"exam": "exams:detail", "session": "proctoring:session"}


@pytest.mark.usefixtures("scope")
def test_every_try_and_every_resending_has_the_same_id_and_body() -> None:
    with receiving(answer("500 Oops")) as receiver:
        delivery = make_delivery(make_endpoint(receiver.url))
        delivering.attempt(delivery.id)
        Delivery.objects.update(next_attempt_at=timezone.now())
        delivering.attempt(delivery.id)
        services.resend(delivery=delivery, actor=None)
        delivering.attempt(delivery.id)
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
    assert len({request.body for request in receiver.received}) == 1
    assert list(Try.objects.values_list("number", "http_status", "error")) == [
        (number, 500, "refused") for number in (1, 2, 3)
    ]


@pytest.mark.usefixtures("scope")
def test_what_is_delivered_put_off_or_stopped_is_not_sent() -> None:
    with receiving(answer()) as receiver:
        delivery = make_delivery(make_endpoint(receiver.url))
        Delivery.objects.update(next_attempt_at=timezone.now() + timedelta(minutes=1))
        assert delivering.attempt(delivery.id) is None
        Delivery.objects.update(next_attempt_at=timezone.now(), state=DeliveryState.STOPPED)
        assert delivering.attempt(delivery.id) is None
        Delivery.objects.update(state=DeliveryState.WAITING)
        assert delivering.attempt(delivery.id) is not None
        assert delivering.attempt(delivery.id) is None
    assert len(receiver.received) == 1


@pytest.mark.usefixtures("scope")
def test_an_event_of_the_moment_of_switching_off_is_stopped() -> None:
    delivery = make_delivery()
    Endpoint.objects.update(is_enabled=False)
    assert delivering.attempt(delivery.id) is None
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.STOPPED


@pytest.mark.usefixtures("scope")
def test_an_address_that_is_not_allowed_any_more_is_not_connected_to(settings: Any) -> None:
    with receiving(answer()) as receiver:
        delivery = make_delivery(make_endpoint(receiver.url))
        settings.WEBHOOK_ALLOW_LOOPBACK = False
        made = delivering.attempt(delivery.id)
    assert made is not None
    assert (made.error, made.http_status) == ("url_not_allowed", None)
    assert receiver.received == []


@pytest.mark.usefixtures("scope")
def test_a_secret_that_is_lost_sends_nothing_and_says_so(settings: Any) -> None:
    with receiving(answer()) as receiver:
        delivery = make_delivery(make_endpoint(receiver.url))
        settings.SECRET_KEY = "another-key-0123456789-0123456789-0123456789-0123"
        made = delivering.attempt(delivery.id)
    assert made is not None
    assert (made.error, made.words) == (
        "secret_lost",
        "The secret cannot be opened any more. Give the endpoint a new one.",
    )
    assert receiver.received == []


@pytest.mark.usefixtures("scope")
def test_a_payload_is_small_plain_json() -> None:
    delivery = make_delivery(make_endpoint(), session="Zoë")
    text = delivering.payload(delivery.event)
    assert json.loads(text)["data"]["session"] == "Zoë"
    assert len(text) < 300


@pytest.mark.django_db(transaction=True)
def test_the_pool_delivers_to_many_at_a_time(alice: Person, charlie: Person) -> None:
    with receiving(answer()) as receiver:
        for person in (alice, charlie):
            with tenant_scope(person.institution.id):
                endpoint = make_endpoint(receiver.url)
                for _ in range(10):
                    make_delivery(endpoint)
        assert pools.drain("webhooks.deliver", is_over=lambda: False) == 20
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 20
    for person in (alice, charlie):
        with tenant_scope(person.institution.id):
            assert Delivery.objects.filter(state=DeliveryState.DELIVERED).count() == 10

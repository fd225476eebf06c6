"""Events are rows of the transaction that caused them."""

import pytest
from django.db import transaction

from accounts.tenancy import ScopeMissing, tenant_scope
from jobs.models import Job
from tests.conftest import Person
from tests.webhooks.endpoints import make_endpoint
from webhooks import outbox, services
from webhooks.models import Delivery, DeliveryState, Event

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("scope")
def test_an_event_holds_what_happened(alice: Person) -> None:
    event = outbox.publish("session.started", session="1", exam="2")
    stored = Event.objects.get()
    assert stored == event
    assert (stored.type, stored.data, stored.institution) == (
        "session.started",
        {"session": "1", "exam": "2"},
        alice.institution,
    )


@pytest.mark.usefixtures("scope")
def test_many_events_are_written_at_once(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator] - the events, who wants them
        outbox.publish_all("session.created", [{"session": str(number)} for number in range(50)])
    assert Event.objects.count() == 50
    assert outbox.publish_all("session.created", []) == []


@pytest.mark.usefixtures("scope")
def test_only_listed_types_are_events() -> None:
    with pytest.raises(outbox.UnknownType):
        outbox.publish("session.exploded")
    assert not Event.objects.exists()


@pytest.mark.usefixtures("scope")
def test_what_was_rolled_back_did_not_happen() -> None:
    def cause() -> None:
        with transaction.atomic():
            outbox.publish("session.started", session="1")
            raise LookupError

    with pytest.raises(LookupError):
        cause()
    assert not Event.objects.exists()


def test_an_event_belongs_to_somebody() -> None:
    with pytest.raises(ScopeMissing):
        outbox.publish("session.started", session="1")


@pytest.mark.usefixtures("scope")
def test_each_subscriber_gets_a_delivery_with_a_job() -> None:
    wants, also = (
        make_endpoint(events=["session.started"]),
        make_endpoint(events=["exam_completed", "flag_raised"]),
    )
    off = make_endpoint(events=["session.started"])
    services.disable_endpoint(endpoint=off, actor=None)
    started, other = outbox.publish_all("session.started", [{"session": "1"}, {"session": "2"}])
    raised = outbox.publish("flag.raised", flag="3")
    outbox.publish("report.ready", report="4")
    made = Delivery.objects.order_by("created_at").values_list("event_id", "endpoint_id", "state")
    assert set(made) == {
        (started.id, wants.id, DeliveryState.WAITING),
        (other.id, wants.id, DeliveryState.WAITING),
        (raised.id, also.id, DeliveryState.WAITING),
    }
    jobs = {(job.kind, job.payload["delivery"], job.group) for job in Job.objects.all()}
    assert jobs == {
        ("webhooks.deliver", str(delivery.id), str(delivery.endpoint_id))
        for delivery in Delivery.objects.all()
    }


@pytest.mark.usefixtures("scope")
def test_what_was_rolled_back_is_sent_to_nobody() -> None:
    make_endpoint()

    def cause() -> None:
        with transaction.atomic():
            outbox.publish("session.started", session="1")
            raise LookupError

    with pytest.raises(LookupError):
        cause()
    assert not Delivery.objects.exists()
    assert not Job.objects.exists()


def test_the_neighbour_is_told_nothing(alice: Person, charlie: Person) -> None:
    with tenant_scope(charlie.institution.id):
        make_endpoint()
    with tenant_scope(alice.institution.id):
        outbox.publish("session.started", session="1")
        assert not Delivery.objects.exists()
    with tenant_scope(charlie.institution.id):
        assert not Delivery.objects.exists()

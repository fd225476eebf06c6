"""Events are rows of the transaction that caused them."""

import pytest
from django.db import transaction

from accounts.tenancy import ScopeMissing
from tests.conftest import Person
from webhooks import outbox
from webhooks.models import Event

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
    with django_assert_num_queries(1):  # type: ignore[operator]
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

"""Endpoints: made, changed, given a new secret, switched off and on, deleted; deliveries sent again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errors import Conflict, DomainError, TooMany
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from jobs.models import Job
from tests.conftest import Person
from tests.webhooks.endpoints import SECRET, make_delivery, make_endpoint
from webhooks import outbox, services
from webhooks.addresses import AddressRefused
from webhooks.models import Delivery, DeliveryState, Endpoint, Event, Try, WhyOff
from webhooks.secrets import signing_keys
from webhooks.sending import Answer
from webhooks.services import EndpointSettings
from webhooks.signing import key_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

TAKEN = Answer(200, "thanks", "", "Taken with status 200.", 12)
BROKEN = Answer(500, "oops", "refused", "The receiver answered with status 500.", 34)
GONE = Answer(410, "", "gone", "Status 410.", 5)


def tried(delivery: Delivery, answer: Answer) -> Delivery:
    services.record_try(delivery_id=delivery.id, answer=answer)
    delivery.refresh_from_db()
    return delivery


def audited() -> list[str]:
    return [entry.action for entry in AuditEntry.objects.filter(action__startswith="webhook")]


def test_an_endpoint_is_made_with_a_secret_that_is_shown_once(alice: Person) -> None:
    made = services.create_endpoint(
        settings=EndpointSettings("https://LMS.example:443/hook ", ("flag_raised",), " The\nLMS "),
        actor=alice.user,
        ip="192.0.2.7",
    )
    endpoint = Endpoint.objects.get()
    assert (endpoint.url, endpoint.events, endpoint.description) == (
        "https://lms.example/hook",
        ["flag.raised"],
        "The LMS",
    )
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    assert made.secret.encode() not in bytes(endpoint.secret_sealed)
    assert signing_keys(endpoint, timezone.now()) == [key_of(made.secret)]
    entry = AuditEntry.objects.latest("number")
    assert (entry.actor, entry.action, entry.subject, entry.ip) == (
        f"user:{alice.user.id}",
        "webhook_endpoint.created",
        f"endpoint:{endpoint.id}",
        "192.0.2.0/24",
    )
    assert entry.detail == {"url": "https://lms.example/hook", "events": ["flag.raised"]}


@pytest.mark.parametrize(
    ("url", "events", "secret", "field"),
    [
        ("http://lms.example/", ("flag.raised",), "", "url"),
        ("https://127.1/", ("flag.raised",), "", "url"),
        ("https://lms.example/", (), "", "events"),
        ("https://lms.example/", ("flag.waved",), "", "events"),
        ("https://lms.example/", ("flag.raised",), "short", "secret"),
    ],
)
def test_what_cannot_be_an_endpoint_is_not_made(
    url: str, events: tuple[str, ...], secret: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        services.create_endpoint(settings=EndpointSettings(url, events), secret=secret, actor=None)
    assert refusal.value.field == field
    assert not Endpoint.objects.exists()
    assert audited() == []


def test_there_is_a_limit() -> None:
    for _ in range(services.MOST_ENDPOINTS):
        make_endpoint()
    with pytest.raises(Conflict, match="Delete one"):
        make_endpoint()


def test_an_endpoint_is_changed_and_what_is_under_way_follows() -> None:
    delivery = make_delivery()
    changed = services.change_endpoint(
        endpoint=delivery.endpoint,
        settings=EndpointSettings("https://new.example/", ("report.ready",)),
        actor=None,
    )
    delivery = Delivery.objects.select_related("endpoint").get(id=delivery.id)
    assert delivery.endpoint.url == changed.url == "https://new.example/"
    with pytest.raises(AddressRefused):
        services.change_endpoint(
            endpoint=changed, settings=EndpointSettings("https://10.0.0.1/", ("report.ready",)), actor=None
        )
    assert audited() == ["webhook_endpoint.created", "webhook_endpoint.changed"]


def test_a_replaced_secret_goes_on_signing_for_a_day() -> None:
    endpoint = make_endpoint()
    made = services.rotate_secret(endpoint=endpoint, actor=None)
    now = timezone.now()
    both = [key_of(made.secret), key_of(SECRET)]
    assert signing_keys(made.endpoint, now + timedelta(hours=23)) == both
    assert signing_keys(made.endpoint, now + timedelta(hours=25)) == both[:1]
    own = services.rotate_secret(
        endpoint=endpoint, secret="webhook_secret_key", overlap=timedelta(0), actor=None
    )
    assert signing_keys(own.endpoint, timezone.now()) == [b"webhook_secret_key"]
    assert audited().count("webhook_endpoint.secret_rotated") == 2


def test_a_secret_sealed_with_a_key_that_is_gone_signs_nothing(settings: object) -> None:
    endpoint = make_endpoint()
    settings.SECRET_KEY = "another-key-0123456789-0123456789-0123456789-0123"  # type: ignore[attr-defined]
    assert signing_keys(endpoint, timezone.now()) == []


def test_what_is_taken_is_delivered() -> None:
    delivery = tried(make_delivery(), TAKEN)
    assert (delivery.state, delivery.tries_made, delivery.next_attempt_at) == (
        DeliveryState.DELIVERED,
        1,
        None,
    )
    assert delivery.ended_at is not None
    made = Try.objects.get()
    assert (made.number, made.http_status, made.answer, made.error, made.words, made.duration_ms) == (
        1,
        200,
        "thanks",
        "",
        "Taken with status 200.",
        12,
    )


def test_ten_tries_over_three_days_and_then_it_is_given_up() -> None:
    delivery, waits_s = make_delivery(), []
    while True:
        before = timezone.now()
        tried(delivery, BROKEN)
        if delivery.state != DeliveryState.WAITING:
            break
        assert delivery.next_attempt_at is not None
        waits_s.append((delivery.next_attempt_at - before).total_seconds())
        job = Job.objects.latest("next_attempt_at")
        assert (job.payload, job.next_attempt_at) == (
            {"delivery": str(delivery.id)},
            delivery.next_attempt_at,
        )
    planned_s = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert len(waits_s) == len(planned_s)
    assert all(plan <= wait <= plan * 1.2 + 5 for plan, wait in zip(planned_s, waits_s, strict=True))
    assert sum(planned_s) / 86400 == pytest.approx(3.15, abs=0.01)
    assert (delivery.state, delivery.tries_made) == (DeliveryState.FAILED, 10)


@pytest.mark.parametrize(("asked_s", "least_s"), [(600, 600), (1, 5), (10**9, 24 * 3600)])
def test_who_asks_for_patience_gets_it_within_a_day(asked_s: int, least_s: int) -> None:
    before = timezone.now()
    delivery = tried(make_delivery(), Answer(503, "", "refused", "Later.", 1, asked_s))
    assert delivery.next_attempt_at is not None
    assert least_s <= (delivery.next_attempt_at - before).total_seconds() <= least_s * 1.2 + 5


def test_gone_switches_off_at_once_and_stops_the_rest() -> None:
    first = make_delivery()
    other = make_delivery(first.endpoint)
    tried(first, GONE)
    endpoint = Endpoint.objects.get()
    assert (endpoint.is_enabled, endpoint.why_off) == (False, WhyOff.GONE)
    assert set(Delivery.objects.values_list("id", "state", "next_attempt_at")) == {
        (first.id, DeliveryState.STOPPED, None),
        (other.id, DeliveryState.STOPPED, None),
    }
    assert AuditEntry.objects.latest("number").detail == {"why": "gone"}


def test_days_of_failure_switch_off_and_a_success_between_forgives() -> None:
    endpoint = make_endpoint()
    tried(make_delivery(endpoint), BROKEN)
    endpoint.refresh_from_db()
    assert endpoint.failures == 1
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=2, hours=23))
    tried(make_delivery(endpoint), BROKEN)
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.failures) == (True, 2)
    tried(make_delivery(endpoint), TAKEN)
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since) == (0, None)
    tried(make_delivery(endpoint), BROKEN)
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=3, hours=1))
    tried(make_delivery(endpoint), BROKEN)
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.why_off) == (False, WhyOff.FAILING)


def test_an_endpoint_is_switched_off_and_on_again() -> None:
    delivery = make_delivery()
    endpoint = services.disable_endpoint(endpoint=delivery.endpoint, actor=None)
    assert (endpoint.is_enabled, endpoint.why_off) == (False, WhyOff.PERSON)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.STOPPED
    with pytest.raises(Conflict, match="switched off"):
        services.resend(delivery=delivery, actor=None)
    with pytest.raises(Conflict, match="switched off"):
        services.send_test(endpoint=endpoint, actor=None)
    outbox.publish("session.started", session="unseen")
    endpoint = services.enable_endpoint(endpoint=endpoint, actor=None)
    assert (endpoint.is_enabled, endpoint.why_off) == (True, WhyOff.NOT_OFF)
    assert services.resend_missed(endpoint=endpoint, actor=None) == 1
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert audited()[1:] == [
        f"webhook_endpoint.{action}" for action in ("disabled", "enabled", "missed_resent")
    ]


def test_an_answer_that_comes_after_the_end_is_written_down_and_changes_nothing() -> None:
    delivery = make_delivery()
    services.disable_endpoint(endpoint=delivery.endpoint, actor=None)
    tried(delivery, BROKEN)
    assert (delivery.state, delivery.tries_made, delivery.next_attempt_at) == (DeliveryState.STOPPED, 1, None)


def test_sending_again_begins_a_new_round_under_the_same_id() -> None:
    delivery = tried(make_delivery(), TAKEN)
    again = services.resend(delivery=delivery, actor=None)
    assert again.event.message_id == delivery.event.message_id
    assert (again.state, again.tries_made, again.round_tries) == (DeliveryState.WAITING, 1, 0)
    tried(delivery, BROKEN)
    assert (delivery.state, delivery.tries_made, delivery.round_tries) == (DeliveryState.WAITING, 2, 1)
    assert [made.number for made in delivery.tries.all()] == [1, 2]
    assert audited()[-1] == "webhook_delivery.resent"


def test_a_test_is_tried_once_and_is_no_failure() -> None:
    endpoint = make_endpoint()
    other = make_endpoint()
    delivery = services.send_test(endpoint=endpoint, actor=None)
    assert Delivery.objects.count() == 1
    tried(delivery, BROKEN)
    endpoint.refresh_from_db()
    assert (delivery.event.type, delivery.state, endpoint.failures) == (
        "webhook.test",
        DeliveryState.FAILED,
        0,
    )
    assert services.resend_missed(endpoint=endpoint, actor=None) == 0
    assert not other.deliveries.exists()


def test_deleting_takes_the_log_and_the_answer_of_a_late_receiver_finds_nothing() -> None:
    delivery = make_delivery()
    services.delete_endpoint(endpoint=delivery.endpoint, actor=None)
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()
    assert services.record_try(delivery_id=delivery.id, answer=TAKEN) is None
    assert audited()[-1] == "webhook_endpoint.deleted"


def test_an_old_event_is_forgotten_with_its_log_and_nobody_elses_is(charlie: Person) -> None:
    endpoint = make_endpoint()
    old, new = tried(make_delivery(endpoint), TAKEN), tried(make_delivery(endpoint), TAKEN)
    with tenant_scope(charlie.institution.id):
        theirs = make_delivery()
        Event.objects.update(created_at=timezone.now() - timedelta(days=31))
    Event.objects.filter(id=old.event_id).update(created_at=timezone.now() - timedelta(days=31))
    assert services.forget_old(before=timezone.now() - timedelta(days=30)) == 1
    assert list(Delivery.objects.values_list("id", flat=True)) == [new.id]
    assert Try.objects.count() == 1
    with tenant_scope(charlie.institution.id):
        assert Delivery.objects.filter(id=theirs.id).exists()


def test_receivers_are_not_stormed_by_hand(alice: Person) -> None:
    first, second = make_endpoint(), make_endpoint()
    sent = [services.send_test(endpoint=first, actor=alice.user) for _ in range(services.MOST_SENT_A_MINUTE)]

    with pytest.raises(TooMany) as refused:
        services.send_test(endpoint=second, actor=alice.user)
    assert (refused.value.code, "Wait a minute" in refused.value.message) == ("too_many_sent", True)
    with pytest.raises(TooMany):
        services.resend(delivery=sent[0], actor=alice.user)
    assert Delivery.objects.count() == services.MOST_SENT_A_MINUTE

"""The only writers of endpoints and deliveries."""

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, throttle
from accounts.errors import Conflict, TooMany
from accounts.models import User
from webhooks import outbox
from webhooks.addresses import parse_url
from webhooks.event_types import TEST, chosen_types
from webhooks.models import Delivery, DeliveryState, Endpoint, Event, Try, WhyOff
from webhooks.queries import MISSED
from webhooks.rules import current_rules
from webhooks.secrets import replace_secret, set_secret
from webhooks.sending import Answer
from webhooks.signing import new_secret

MOST_ENDPOINTS = 20
# By hand and by institution: receivers are other people's machines.
MOST_SENT_A_MINUTE = 30
OVERLAP = timedelta(hours=24)
SWITCH_OFF_AFTER = timedelta(days=3)
LONGEST_PATIENCE_S = 24 * 3600
JITTER = 0.2
GONE = 410


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """What a person chooses; events by type or alias."""

    url: str
    events: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An endpoint with the only copy of its secret's text."""

    endpoint: Endpoint
    secret: str = field(repr=False)


@transaction.atomic
def create_endpoint(
    *, settings: EndpointSettings, secret: str = "", actor: User | None, ip: str = ""
) -> NewSecret:
    """A secret that is not given is made."""
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        raise Conflict(
            "too_many_endpoints",
            _("There are %(most_endpoints)s endpoints already. Delete one that is not used.")
            % {"most_endpoints": MOST_ENDPOINTS},
        )
    endpoint = Endpoint(
        url=parse_url(settings.url.strip(), current_rules()).url,
        events=chosen_types(settings.events),
        description=_line(settings.description),
    )
    text = secret or new_secret()
    set_secret(endpoint, text)
    endpoint.save(force_insert=True)
    _record("created", endpoint, actor, ip, url=endpoint.url, events=endpoint.events)
    return NewSecret(endpoint, text)


@transaction.atomic
def change_endpoint(
    *, endpoint: Endpoint, settings: EndpointSettings, actor: User | None, ip: str = ""
) -> Endpoint:
    """What is under way goes to the new address as well."""
    endpoint = _locked(endpoint)
    endpoint.url = parse_url(settings.url.strip(), current_rules()).url
    endpoint.events = chosen_types(settings.events)
    endpoint.description = _line(settings.description)
    endpoint.save(update_fields=["url", "events", "description"])
    _record("changed", endpoint, actor, ip, url=endpoint.url, events=endpoint.events)
    return endpoint


@transaction.atomic
def rotate_secret(
    *, endpoint: Endpoint, secret: str = "", overlap: timedelta = OVERLAP, actor: User | None, ip: str = ""
) -> NewSecret:
    """Until the overlap ends both secrets sign, so that a receiver can change over without a gap."""
    endpoint, text = _locked(endpoint), secret or new_secret()
    replace_secret(endpoint, text, until=timezone.now() + overlap)
    endpoint.save(
        update_fields=[
            "secret_key_id",
            "secret_sealed",
            "previous_key_id",
            "previous_sealed",
            "previous_until",
        ]
    )
    _record("secret_rotated", endpoint, actor, ip)
    return NewSecret(endpoint, text)


@transaction.atomic
def enable_endpoint(*, endpoint: Endpoint, actor: User | None, ip: str = "") -> Endpoint:
    """From now on new events are sent; what was stopped can be sent again."""
    endpoint = _locked(endpoint)
    endpoint.is_enabled, endpoint.why_off = True, WhyOff.NOT_OFF
    endpoint.failures, endpoint.failing_since = 0, None
    endpoint.save(update_fields=["is_enabled", "why_off", "failures", "failing_since"])
    _record("enabled", endpoint, actor, ip)
    return endpoint


@transaction.atomic
def disable_endpoint(
    *, endpoint: Endpoint, why: WhyOff = WhyOff.PERSON, actor: User | None, ip: str = ""
) -> Endpoint:
    """Nothing more is sent, and what was under way is stopped."""
    endpoint = _locked(endpoint)
    if endpoint.is_enabled:
        endpoint.is_enabled, endpoint.why_off = False, why
        endpoint.save(update_fields=["is_enabled", "why_off"])
        stop_waiting(endpoint=endpoint)
        _record("disabled", endpoint, actor, ip, why=why.value)
    return endpoint


@transaction.atomic
def stop_waiting(*, endpoint: Endpoint) -> int:
    """What is under way to an endpoint that is switched off is not sent; returns how many."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
    return waiting.update(state=DeliveryState.STOPPED, next_attempt_at=None, ended_at=timezone.now())


@transaction.atomic
def delete_endpoint(*, endpoint: Endpoint, actor: User | None, ip: str = "") -> None:
    """With its secret and its log; the audit log keeps that it was there."""
    _record("deleted", endpoint, actor, ip, url=endpoint.url)
    endpoint.delete()


@transaction.atomic
def send_test(*, endpoint: Endpoint, actor: User | None, ip: str = "") -> Delivery:
    """Send a message of the type `webhook.test` to this endpoint alone, once."""
    _check_enabled(endpoint)
    _check_patience(endpoint)
    event = Event.objects.create(type=TEST, data={"endpoint": str(endpoint.id)})
    delivery = Delivery(event=event, endpoint=endpoint)
    outbox.begin([delivery])
    _record("tested", endpoint, actor, ip)
    return delivery


@transaction.atomic
def resend(*, delivery: Delivery, actor: User | None, ip: str = "") -> Delivery:
    """Send it now, once more from the beginning of the schedule, under the same `webhook-id`."""
    _check_enabled(_locked(delivery.endpoint))
    _check_patience(delivery.endpoint)
    delivery = Delivery.objects.get(id=delivery.id)
    _begin_again([delivery])
    audit.record(
        actor=audit.actor_of(actor),
        action="webhook_delivery.resent",
        subject=f"delivery:{delivery.id}",
        ip=ip,
    )
    return delivery


@transaction.atomic
def resend_missed(*, endpoint: Endpoint, actor: User | None, ip: str = "") -> int:
    """Send everything again that was given up or stopped, in its order; returns how many."""
    endpoint = _locked(endpoint)
    _check_enabled(endpoint)
    missed = list(
        Delivery.objects.filter(endpoint=endpoint, state__in=MISSED)
        .exclude(event__type=TEST)
        .order_by("created_at", "id")
    )
    _begin_again(missed)
    _record("missed_resent", endpoint, actor, ip, count=len(missed))
    return len(missed)


@transaction.atomic
def record_try(*, delivery_id: uuid.UUID, answer: Answer) -> Try | None:
    """Write down what came of one sending, and what follows from it; None if the endpoint was deleted."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).filter(deliveries=delivery_id).first()
    if endpoint is None:
        return None
    delivery = Delivery.objects.select_related("event").get(id=delivery_id)
    delivery.tries_made += 1
    delivery.round_tries += 1
    made = Try.objects.create(
        delivery=delivery,
        number=delivery.tries_made,
        http_status=answer.status,
        answer=answer.body,
        error=answer.error,
        words=answer.words[:300],
        duration_ms=answer.duration_ms,
    )
    if answer.is_taken:
        _end(delivery, DeliveryState.DELIVERED)
        _note_success(endpoint)
    else:
        _put_off(delivery, answer)
        _note_failure(endpoint, answer, is_test=delivery.event.is_test)
    return made


@transaction.atomic
def forget_old(*, before: datetime) -> int:
    """Delete what happened before this time, with its deliveries and their tries; returns how many events."""
    events = Event.objects.filter(created_at__lte=before)
    count = events.count()
    events.delete()
    return count


def _put_off(delivery: Delivery, answer: Answer) -> None:
    delay_s = None if delivery.event.is_test else _delay_s(delivery.round_tries, answer.retry_after_s)
    if delivery.state != DeliveryState.WAITING:
        # It was stopped, or another try got through, while this one was waiting for its answer.
        delivery.save(update_fields=["tries_made", "round_tries"])
    elif delay_s is None:
        _end(delivery, DeliveryState.FAILED)
    else:
        delivery.next_attempt_at = timezone.now() + timedelta(seconds=delay_s)
        delivery.save(update_fields=["tries_made", "round_tries", "next_attempt_at"])
        outbox.enqueue([delivery], due_at=delivery.next_attempt_at)


def _delay_s(round_tries: int, retry_after_s: int | None) -> float | None:
    """How long until the next try; None after the last. Who asks for patience gets it, within a day."""
    schedule: tuple[int | float, ...] = settings.WEBHOOK_RETRIES_S
    if round_tries > len(schedule):
        return None
    planned_s = schedule[round_tries - 1] * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311 - no secret
    return max(planned_s, min(retry_after_s or 0, LONGEST_PATIENCE_S))


def _end(delivery: Delivery, state: DeliveryState) -> None:
    delivery.state, delivery.next_attempt_at, delivery.ended_at = state, None, timezone.now()
    delivery.save(update_fields=["state", "next_attempt_at", "ended_at", "tries_made", "round_tries"])


def _begin_again(deliveries: Iterable[Delivery]) -> None:
    again = list(deliveries)
    for delivery in again:
        delivery.state, delivery.round_tries = DeliveryState.WAITING, 0
        delivery.next_attempt_at, delivery.ended_at = timezone.now(), None
    Delivery.objects.bulk_update(again, ["state", "round_tries", "next_attempt_at", "ended_at"])
    outbox.enqueue(again)


def _note_success(endpoint: Endpoint) -> None:
    if endpoint.failures:
        endpoint.failures, endpoint.failing_since = 0, None
        endpoint.save(update_fields=["failures", "failing_since"])


def _note_failure(endpoint: Endpoint, answer: Answer, *, is_test: bool) -> None:
    """Switch off who wants no more, and who has taken nothing for days."""
    if answer.status == GONE:
        disable_endpoint(endpoint=endpoint, why=WhyOff.GONE, actor=None)
        return
    if is_test:
        return
    now = timezone.now()
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.save(update_fields=["failures", "failing_since"])
    if now - endpoint.failing_since >= SWITCH_OFF_AFTER:
        disable_endpoint(endpoint=endpoint, why=WhyOff.FAILING, actor=None)


def _locked(endpoint: Endpoint) -> Endpoint:
    """Whoever writes to an endpoint or its deliveries holds this row; new events are not held up by it."""
    return Endpoint.objects.select_for_update(no_key=True).get(id=endpoint.id)


def _check_enabled(endpoint: Endpoint) -> None:
    if not endpoint.is_enabled:
        raise Conflict("endpoint_off", _("The endpoint is switched off. Switch it on first."))


def _check_patience(endpoint: Endpoint) -> None:
    holder = str(endpoint.institution_id)
    if not throttle.take("webhook-by-hand", holder, limit=MOST_SENT_A_MINUTE, window_s=60):
        raise TooMany(
            "too_many_sent",
            _("More than %(most_sent_a_minute)s messages were sent by hand. Wait a minute.")
            % {"most_sent_a_minute": MOST_SENT_A_MINUTE},
        )


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:200]


def _record(action: str, endpoint: Endpoint, actor: User | None, ip: str, **detail: object) -> None:
    audit.record(
        actor=audit.actor_of(actor),
        action=f"webhook_endpoint.{action}",
        subject=f"endpoint:{endpoint.id}",
        ip=ip,
        detail=detail,
    )

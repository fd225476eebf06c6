"""One try of one delivery: read what to send, let go of the database, send, write down what came of it."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from webhooks import figures, services
from webhooks.addresses import AddressRefused, parse_url
from webhooks.models import Delivery, DeliveryState, Event, Try
from webhooks.rules import current_rules
from webhooks.secrets import signing_keys
from webhooks.sending import Answer, post
from webhooks.signing import signature

USER_AGENT = "Invigil-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Message:
    """All that a try needs, so that it holds no connection to the database while it waits."""

    url: str
    message_id: str
    keys: tuple[bytes, ...]
    body: bytes


def attempt(delivery_id: uuid.UUID) -> Try | None:
    """Send once; None when there is nothing to send now, because it was delivered, stopped or put off."""
    message = _message(delivery_id)
    if message is None:
        return None
    if not connection.in_atomic_block:
        # Whoever waits for a stranger must not keep a connection from those who work.
        connection.close()
    answer = _send(message)
    figures.TRIES.labels(answer.error or "taken").inc()
    figures.TRY_SECONDS.observe(answer.duration_ms / 1000)
    return services.record_try(delivery_id=delivery_id, answer=answer)


def payload(event: Event) -> bytes:
    """The same bytes at every try."""
    body = {"type": event.type, "timestamp": instant(event.created_at), "data": event.data | _links(event)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _links(event: Event) -> dict[str, dict[str, str]]:
    """Where more is to be read, by the ids that the event names."""
    links = {
        name: settings.PUBLIC_URL + path.format(event.data[name])
        for name, path in settings.SUBJECT_PAGES.items()
        if name in event.data
    }
    return {"links": links} if links else {}


def _message(delivery_id: uuid.UUID) -> Message | None:
    delivery = (
        Delivery.objects.select_related("event", "endpoint")
        .filter(id=delivery_id, state=DeliveryState.WAITING, next_attempt_at__lte=timezone.now())
        .first()
    )
    if delivery is None:
        return None
    if not delivery.endpoint.is_enabled:
        # The event happened at the very moment at which the endpoint was switched off.
        services.stop_waiting(endpoint=delivery.endpoint)
        return None
    return Message(
        url=delivery.endpoint.url,
        message_id=delivery.event.message_id,
        keys=tuple(signing_keys(delivery.endpoint, timezone.now())),
        body=payload(delivery.event),
    )


def _send(message: Message) -> Answer:
    if not message.keys:
        words = "The secret cannot be opened any more. Give the endpoint a new one."
        return Answer(None, "", "secret_lost", words, 0)
    rules = current_rules()
    try:
        target = parse_url(message.url, rules)
    except AddressRefused as refusal:
        return Answer(None, "", refusal.code, refusal.message, 0)
    return post(target, message.body, _headers(message), rules, limit_s=settings.WEBHOOK_LIMIT_S)


def _headers(message: Message) -> dict[str, str]:
    now_s = int(timezone.now().timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message.message_id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": signature(message.keys, message.message_id, now_s, message.body),
    }

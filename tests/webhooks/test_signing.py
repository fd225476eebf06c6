"""Standard Webhooks 1.0, verified by the library that its authors publish."""

import base64
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.errors import DomainError
from webhooks.signing import key_of, new_secret, signature

BODY = '{"type": "session.started", "data": {"name": "Zoë"}}'.encode()


def headers(secrets: list[str], body: bytes = BODY, message_id: str = "evt_1") -> dict[str, str]:
    now_s = int(time.time())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": signature([key_of(secret) for secret in secrets], message_id, now_s, body),
    }


def test_the_library_accepts_what_we_sign() -> None:
    secret = new_secret()
    assert Webhook(secret).verify(BODY, headers([secret]))["data"] == {"name": "Zoë"}


def test_while_a_secret_is_replaced_the_old_and_the_new_one_verify() -> None:
    old, new = new_secret(), new_secret()
    sent = headers([new, old])
    assert len(sent["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, sent)["type"] == "session.started"
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(new_secret()).verify(BODY, sent)


def test_whatever_is_changed_does_not_verify() -> None:
    secret = new_secret()
    sent = headers([secret])
    a_minute_later = str(int(sent["webhook-timestamp"]) + 60)
    for change in ({"webhook-id": "evt_2"}, {"webhook-timestamp": a_minute_later}):
        with pytest.raises(WebhookVerificationError, match="No matching signature"):
            Webhook(secret).verify(BODY, sent | change)
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(secret).verify(BODY + b" ", headers([secret]))


def test_secrets_are_long_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(len(key_of(secret)) == 32 for secret in secrets)


def test_a_secret_of_ones_own_may_be_plain_text() -> None:
    assert key_of("webhook_secret_key") == b"webhook_secret_key"
    Webhook(b"webhook_secret_key").verify(BODY, headers(["webhook_secret_key"]))
    unpadded = "whsec_" + base64.b64encode(b"x" * 32).decode().rstrip("=")
    assert key_of(unpadded) == b"x" * 32


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "short",
        "x" * 65,
        "with a space in the middle",
        "ключ-ключ-ключ-ключ",
        "line\nbreak-line-break",
        "whsec_",
        "whsec_!!!!",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
    ],
)
def test_a_secret_that_is_none_is_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(DomainError) as refusal:
        key_of(secret)
    assert (refusal.value.code, refusal.value.field) == ("secret_invalid", "secret")
    assert not secret or secret in ("short", "whsec_") or secret not in refusal.value.message

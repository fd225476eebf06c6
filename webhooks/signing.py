"""Standard Webhooks 1.0: secrets and signatures. Pure."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.errors import DomainError

PREFIX = "whsec_"
KEY_BYTES = 32
SHORTEST_KEY_BYTES = 24
LONGEST_KEY_BYTES = 64
SHORTEST_TEXT = 16


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign: of `whsec_` and base64 what it encodes, of any other text the text itself.

    Raises:
        DomainError: when it is too short, too long or not base64, in words that do not hold it.
    """
    if secret.startswith(PREFIX):
        return _decoded(secret.removeprefix(PREFIX))
    if not SHORTEST_TEXT <= len(secret) <= LONGEST_KEY_BYTES or not _is_plain(secret):
        raise DomainError(
            "secret_invalid",
            _(
                "A secret of your own is %(prefix)s and base64, or %(shortest_text)s to "
                "%(longest_key_bytes)s letters, digits and signs without spaces."
            )
            % {"prefix": PREFIX, "shortest_text": SHORTEST_TEXT, "longest_key_bytes": LONGEST_KEY_BYTES},
            field="secret",
        )
    return secret.encode()


def signature(keys: Sequence[bytes], message_id: str, timestamp_s: int, body: bytes) -> str:
    """The `webhook-signature` header: one signature for each key, the newest first."""
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    return " ".join(
        f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys
    )


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SHORTEST_KEY_BYTES <= len(key) <= LONGEST_KEY_BYTES:
        raise DomainError(
            "secret_invalid",
            _("After %(prefix)s stands the base64 of %(shortest_key_bytes)s to %(longest_key_bytes)s bytes.")
            % {
                "prefix": PREFIX,
                "shortest_key_bytes": SHORTEST_KEY_BYTES,
                "longest_key_bytes": LONGEST_KEY_BYTES,
            },
            field="secret",
        )
    return key


def _is_plain(text: str) -> bool:
    return all("!" <= character <= "~" for character in text)

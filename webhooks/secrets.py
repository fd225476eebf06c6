"""An endpoint's secrets at rest: sealed for their endpoint, and opened to sign."""

import logging
from datetime import datetime

from accounts.sealed_columns import SealedColumn
from accounts.sealing import SealBroken, Sealed, seal, unseal
from webhooks.models import Endpoint
from webhooks.signing import key_of

PURPOSE = b"invigil webhook secret 1"
SEALED = (
    SealedColumn("webhooks.Endpoint", "secret_sealed", "secret_key_id", "id", PURPOSE),
    SealedColumn("webhooks.Endpoint", "previous_sealed", "previous_key_id", "id", PURPOSE),
)

logger = logging.getLogger(__name__)


def set_secret(endpoint: Endpoint, secret: str) -> None:
    """Fill in the row's fields; the caller saves."""
    key_of(secret)
    sealed = seal(secret.encode(), endpoint.id, purpose=PURPOSE)
    endpoint.secret_key_id, endpoint.secret_sealed = sealed.key_id, sealed.content


def replace_secret(endpoint: Endpoint, secret: str, *, until: datetime) -> None:
    """As `set_secret`; the one before goes on signing as well until then."""
    endpoint.previous_key_id, endpoint.previous_sealed = endpoint.secret_key_id, endpoint.secret_sealed
    endpoint.previous_until = until
    set_secret(endpoint, secret)


def signing_keys(endpoint: Endpoint, at: datetime) -> list[bytes]:
    """The keys that sign at this time, the newest first; empty when none can be opened any more."""
    sealed = [(endpoint.secret_key_id, endpoint.secret_sealed)]
    if endpoint.previous_sealed and endpoint.previous_until and at < endpoint.previous_until:
        sealed.append((endpoint.previous_key_id, endpoint.previous_sealed))
    return [key for key_id, content in sealed if (key := _opened(endpoint, key_id, bytes(content)))]


def _opened(endpoint: Endpoint, key_id: str, content: bytes) -> bytes | None:
    try:
        return key_of(unseal(Sealed(key_id, content), endpoint.id, purpose=PURPOSE).decode())
    except SealBroken as reason:
        logger.error("a secret of webhook endpoint %s cannot be used: %s", endpoint.id, reason)
        return None

"""Single-use tickets: what a socket shows instead of a cookie or a token in its address."""

import secrets
import uuid
from dataclasses import asdict, dataclass

from django.core.cache import cache

from accounts.models import Membership

TICKET_LIFE_S = 30


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who holds it: a person of the console (`member`) or a candidate in the room (`seat`)."""

    kind: str
    institution_id: str
    holder_id: str
    device_key: str = ""

    @property
    def institution_uuid(self) -> uuid.UUID:
        return uuid.UUID(self.institution_id)


def issue(ticket: Ticket) -> str:
    secret = secrets.token_urlsafe(32)
    cache.set(_key(secret), asdict(ticket), timeout=TICKET_LIFE_S)
    return secret


def issue_to_member(membership: Membership) -> str:
    return issue(
        Ticket(
            kind="member",
            institution_id=str(membership.institution_id),
            holder_id=str(membership.user_id),
        )
    )


def redeem(secret: str) -> Ticket | None:
    """The ticket, once: of two callers with the same secret, deleting decides who gets it."""
    stored = cache.get(_key(secret))
    if stored is None or not cache.delete(_key(secret)):
        return None
    return Ticket(**stored)


def _key(secret: str) -> str:
    # The cache key alphabet is narrow and the secret comes from the wire.
    return f"ticket:{uuid.uuid5(uuid.NAMESPACE_OID, secret)}"

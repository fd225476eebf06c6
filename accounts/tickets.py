"""Single-use tickets: what a socket shows instead of a cookie or a token in its address."""

import hashlib
import secrets
import uuid
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
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
    # Of a member: what the account's own was then, which browser asked, and when it is signed out by itself.
    access_stamp: str = ""
    browser: str = ""
    good_until_s: float = 0.0

    @property
    def institution_uuid(self) -> uuid.UUID:
        return uuid.UUID(self.institution_id)


def issue(ticket: Ticket) -> str:
    secret = secrets.token_urlsafe(32)
    cache.set(_key(secret), asdict(ticket), timeout=TICKET_LIFE_S)
    return secret


def issue_to_member(membership: Membership, session: SessionBase | None = None) -> str:
    """`session` is the browser's own, where a page asks and no program with a token."""
    return issue(
        Ticket(
            kind="member",
            institution_id=str(membership.institution_id),
            holder_id=str(membership.user_id),
            access_stamp=str(membership.user.access_stamp),
            browser=_browser(session) if session is not None else "",
            good_until_s=session.get_expiry_date().timestamp() if session is not None else 0.0,
        )
    )


def close_what_was_opened(session: SessionBase) -> None:
    """This browser is signed out: the sockets it opened find out with their next look."""
    if session.session_key:
        cache.set(_signed_out(_browser(session)), True, timeout=session.get_expiry_age())


def note_act(session: SessionBase, *, now_s: int) -> None:
    """Somebody does something in this browser: the sockets that it opened may stay for a while more."""
    if session.session_key:
        cache.set(_last_act(_browser(session)), now_s, timeout=session.get_expiry_age())


def idle_s() -> int:
    """For so long a browser may be left alone."""
    minutes: int = settings.SESSION_IDLE_MINUTES
    return minutes * 60


def is_over(ticket: Ticket, *, now_s: float) -> bool:
    """Whether the browser that asked for it is signed out: by a person, by time, or since nobody is there."""
    if not ticket.browser:
        return False
    signed_out, last_act = _signed_out(ticket.browser), _last_act(ticket.browser)
    known = cache.get_many((signed_out, last_act))
    # What a cache has forgotten ends nothing: the pages know from the database.
    is_idle = now_s - known.get(last_act, now_s) >= idle_s()
    return now_s >= ticket.good_until_s or signed_out in known or is_idle


def redeem(secret: str) -> Ticket | None:
    """The ticket, once: of two callers with the same secret, deleting decides who gets it."""
    stored = cache.get(_key(secret))
    if stored is None or not cache.delete(_key(secret)):
        return None
    return Ticket(**stored)


def _browser(session: SessionBase) -> str:
    # The key itself opens the account; a cache need not know it.
    return hashlib.sha256((session.session_key or "").encode()).hexdigest()


def _signed_out(browser: str) -> str:
    return f"signed-out:{browser}"


def _last_act(browser: str) -> str:
    return f"last-act:{browser}"


def _key(secret: str) -> str:
    # The cache key alphabet is narrow and the secret comes from the wire.
    return f"ticket:{uuid.uuid5(uuid.NAMESPACE_OID, secret)}"

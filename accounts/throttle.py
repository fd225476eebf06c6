"""Counts failed tries by address, against guessing in bulk; and uses by whoever makes them."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.errors import TooMany

LIMIT = 20
WINDOW_S = 600


def check(what: str, ip: str) -> None:
    """Raise TooMany when this address has used up its failures."""
    if cache.get(_key(what, ip), 0) >= LIMIT:
        raise TooMany(
            "too_many_tries",
            _("Too many failed tries from this network. Wait %(minutes)s minutes, then try again.")
            % {"minutes": WINDOW_S // 60},
        )


def count_failure(what: str, ip: str) -> None:
    _count(_key(what, ip), WINDOW_S)


def take(what: str, holder: str, *, limit: int, window_s: int) -> bool:
    """Count one use by this holder: whether it is within the limit of the running window."""
    return _count(f"uses:{what}:{holder}", window_s) <= limit


def _count(key: str, window_s: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # This one opens the window, if nobody else has done so just now.
        return 1 if cache.add(key, 1, timeout=window_s) else _count(key, window_s)


def _key(what: str, ip: str) -> str:
    return f"failures:{what}:{ip.replace(' ', '')}"

"""Counts failed tries by address, so that passwords and links cannot be guessed in bulk."""

from django.core.cache import cache

from accounts.errors import TooMany

LIMIT = 20
WINDOW_S = 600


def check(what: str, ip: str) -> None:
    """Raise TooMany when this address has used up its failures."""
    if cache.get(_key(what, ip), 0) >= LIMIT:
        raise TooMany(
            "too_many_tries",
            f"Too many failed tries from this network. Wait {WINDOW_S // 60} minutes, then try again.",
        )


def count_failure(what: str, ip: str) -> None:
    key = _key(what, ip)
    cache.add(key, 0, timeout=WINDOW_S)
    try:
        cache.incr(key)
    except ValueError:
        # The window ended between the two lines; this failure opens the next one.
        cache.set(key, 1, timeout=WINDOW_S)


def _key(what: str, ip: str) -> str:
    return f"failures:{what}:{ip.replace(' ', '')}"

"""How many sockets of one address may stand at the door: open, and not yet shown whose they are."""

from collections import Counter
from typing import Any

from accounts.access import address_behind

# Of each web process. A whole campus may come back through one address at once, and says hello at once.
MOST_WAITING = 500
AGAIN_AFTER_S = 10


class Doorway:
    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._waiting: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        if self._waiting[address] >= (MOST_WAITING if self._most is None else self._most):
            return False
        self._waiting[address] += 1
        return True

    def leave(self, address: str) -> None:
        """It has said hello, or it is gone."""
        self._waiting[address] -= 1
        if self._waiting[address] <= 0:
            del self._waiting[address]

    def waiting(self, address: str) -> int:
        return self._waiting[address]


DOOR = Doorway()


def address_of(scope: dict[str, Any]) -> str:
    peer = scope.get("client") or ("", 0)
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return address_behind(str(peer[0]), ",".join(forwarded))

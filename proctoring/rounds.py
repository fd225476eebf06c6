"""Work for several candidates at once, where a candidate's later piece needs what the one before left."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

Work = TypeVar("Work")


def rounds(work: Sequence[Work], of: Callable[[Work], Hashable]) -> Iterator[list[Work]]:
    """In each round at most one piece for each whom it is `of`; what came first is in the earlier round."""
    waiting = list(work)
    while waiting:
        first: dict[Hashable, Work] = {}
        for piece in waiting:
            first.setdefault(of(piece), piece)
        yield list(first.values())
        waiting = [piece for piece in waiting if first[of(piece)] is not piece]

"""Keys are counted by what they still hold, and what an old one holds is sealed anew."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts import sealing
from accounts.sealed_columns import SealedPlace, sealed_places
from accounts.sealing import Key, SealBroken
from accounts.tenancy import unscoped

BATCH = 200


@dataclass(frozen=True, slots=True)
class Holding:
    """How many values of one place one key has sealed; a key that is not in the settings has no name."""

    place: str
    key_id: str
    key: Key | None
    count: int


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of a place's values that an older key had sealed."""

    place: str
    resealed: int
    unreadable: int


def holdings() -> list[Holding]:
    """What each key holds, in the order of the settings' places."""
    with unscoped("keys belong to the installation, and so does what they seal"):
        counted = [(place, place.key_ids()) for place in sealed_places()]
    return [
        Holding(place.name, key_id, _named(place).get(key_id), count)
        for place, counts in counted
        for key_id, count in sorted(counts.items())
    ]


def lost() -> list[Holding]:
    """Values whose key is not in the settings: nobody can read them."""
    return [holding for holding in holdings() if holding.key is None]


def by_key() -> Counter[str]:
    """How many values each key of the settings holds, none being a number too."""
    counts = Counter({key.name: 0 for key in sealing.keyring()})
    for holding in holdings():
        if holding.key:
            counts[holding.key.name] += holding.count
    return counts


def turn_keys(*, batch: int = BATCH) -> Iterator[Turned]:
    """Seal everything with the first key, place by place.

    Each batch is a transaction of its own, so that a run that was stopped goes on where it was.
    """
    for place in sealed_places():
        resealed = unreadable = 0
        after: Any = None
        while True:
            with unscoped("keys belong to the installation, and so does what they seal"):
                step, refused, after = _batch(place=place, after=after, batch=batch)
            resealed, unreadable = resealed + step, unreadable + refused
            if after is None:
                break
        yield Turned(place.name, resealed, unreadable)


@transaction.atomic
def _batch(*, place: SealedPlace, after: Any, batch: int) -> tuple[int, int, Any]:
    """How many were sealed anew, how many could not be opened, and the last row, None at the end."""
    rows = place.older(sealing.keyring()[0].id_for(place.purpose), after=after, limit=batch)
    unreadable = 0
    for row in rows:
        try:
            place.reseal(row)
        except SealBroken:
            unreadable += 1
    return len(rows) - unreadable, unreadable, rows[-1].pk if rows else None


def _named(place: SealedPlace) -> dict[str, Key]:
    return {key.id_for(place.purpose): key for key in sealing.keyring()}

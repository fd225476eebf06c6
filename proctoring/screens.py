"""Where pictures of screens wait: the newest dozen of a sitting, for a minute, in memory only."""

import uuid
from dataclasses import dataclass

from django.core.cache import caches

LIFE_S = 60
KEPT = 12


@dataclass(frozen=True, slots=True)
class ParkedScreen:
    """A picture that is or was there; its bytes may have been forgotten since."""

    seq: int
    t_ms: int


def park(session_id: uuid.UUID | str, screen: ParkedScreen, jpeg: bytes) -> None:
    """One socket holds a sitting's room, so nobody else writes its list meanwhile."""
    known = _listed(session_id)
    caches["frames"].set(_key(session_id, screen.seq), jpeg, timeout=LIFE_S)
    kept = [*known, (screen.seq, screen.t_ms)][-KEPT:]
    caches["frames"].set(_list_key(session_id), kept, timeout=LIFE_S)
    for seq, _t_ms in known:
        if seq not in {kept_seq for kept_seq, _ in kept}:
            caches["frames"].delete(_key(session_id, seq))


def find(session_id: uuid.UUID | str, seq: int) -> bytes | None:
    found: bytes | None = caches["frames"].get(_key(session_id, seq))
    return found


def newest(session_id: uuid.UUID | str) -> bytes | None:
    """The newest picture of the screen, where one came within the last minute."""
    listed = _listed(session_id)
    return find(session_id, listed[-1][0]) if listed else None


def nearest(session_id: uuid.UUID | str, t_ms: int, *, within_ms: int) -> ParkedScreen | None:
    """The picture nearest to a moment, among those that were taken near it."""
    near = [ParkedScreen(seq, at_ms) for seq, at_ms in _listed(session_id) if abs(at_ms - t_ms) <= within_ms]
    return min(near, key=lambda screen: (abs(screen.t_ms - t_ms), screen.seq), default=None)


def forget(session_id: uuid.UUID | str) -> None:
    keys = [_key(session_id, seq) for seq, _t_ms in _listed(session_id)]
    caches["frames"].delete_many([*keys, _list_key(session_id)])


def _listed(session_id: uuid.UUID | str) -> list[tuple[int, int]]:
    return caches["frames"].get(_list_key(session_id)) or []


def _key(session_id: uuid.UUID | str, seq: int) -> str:
    return f"screen:{session_id}:{seq}"


def _list_key(session_id: uuid.UUID | str) -> str:
    return f"screens:{session_id}"

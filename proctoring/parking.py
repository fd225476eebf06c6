"""Where the bytes of frames wait for analysis, thumbnails and evidence: half a minute, in memory only; and
where sound waits to be heard, and frames of programs to be measured.

A few pictures that came late wait longer: only the replay after the end tells whether a flag points at them.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import caches

LIFE_S = 30
# An in-memory cache forgets an expired entry only when asked for it; this is what it keeps at most.
KEPT_FRAMES = 60
HELD_FRAMES = 24
# What took so many workers down is looked at by no other, for so long.
MOST_LOOKS = 3
POISON_S = 3600


def key_of(session_id: uuid.UUID | str, seq: int) -> str:
    return f"frame:{session_id}:{seq}"


def park(session_id: uuid.UUID | str, seq: int, jpeg: bytes) -> str:
    key = key_of(session_id, seq)
    caches["frames"].set(key, jpeg, timeout=LIFE_S)
    caches["frames"].delete(key_of(session_id, seq - KEPT_FRAMES))
    return key


def find(session_id: uuid.UUID | str, seq: int) -> bytes | None:
    parked = fetch(key_of(session_id, seq))
    return fetch(_held_key(session_id, seq)) if parked is None else parked


def hold(session_id: uuid.UUID | str, seq: int, *, life_s: int) -> None:
    """Keep a parked frame until the final replay; the oldest of too many goes."""
    jpeg = find(session_id, seq)
    if jpeg is None:
        return
    caches["frames"].set(_held_key(session_id, seq), jpeg, timeout=life_s)
    list_key = f"held:{session_id}"
    held = [*caches["frames"].get(list_key, []), seq]
    for given in held[:-HELD_FRAMES]:
        caches["frames"].delete(_held_key(session_id, given))
    caches["frames"].set(list_key, held[-HELD_FRAMES:], timeout=life_s)


def fetch(key: str) -> bytes | None:
    found: bytes | None = caches["frames"].get(key)
    return found


def which(session_id: uuid.UUID | str, seqs: Iterable[int]) -> set[int]:
    """Those of the frames that are still there."""
    wanted = list(seqs)
    keys = {key_of(session_id, seq): seq for seq in wanted}
    keys |= {_held_key(session_id, seq): seq for seq in wanted}
    return {keys[key] for key in caches["frames"].get_many(keys)}


@contextmanager
def looked_at(session_id: uuid.UUID | str, seq: int) -> Iterator[bool]:
    """Whether a frame may be looked at: not one whose looks have all ended with the worker's death."""
    cache, key = caches["frames"], f"looks:{session_id}:{seq}"
    looks = cache.get(key, 0) + 1
    cache.set(key, looks, timeout=POISON_S)
    try:
        yield looks <= MOST_LOOKS
    finally:
        # A worker that died does not come here.
        cache.delete(key)


def park_seen(session_id: uuid.UUID | str, seq: int, seen: Any) -> None:
    """What a frame's observation told, for the slow look that follows."""
    caches["frames"].set(_seen_key(session_id, seq), seen, timeout=LIFE_S)


def take_seen(session_id: uuid.UUID | str, seq: int) -> Any:
    """The observation, which is forgotten in the same moment; None where it is gone."""
    seen = caches["frames"].get(_seen_key(session_id, seq))
    caches["frames"].delete(_seen_key(session_id, seq))
    return seen


def drop(session_id: uuid.UUID | str, seq: int) -> None:
    caches["frames"].delete(key_of(session_id, seq))


def forget(session_id: uuid.UUID | str, last_seq: int) -> None:
    """The newest frames of a sitting, and those that were held for its replay."""
    list_key = f"held:{session_id}"
    seqs = range(max(0, last_seq - KEPT_FRAMES), last_seq + KEPT_FRAMES + 1)
    held = caches["frames"].get(list_key, [])
    keys = [key_of(session_id, seq) for seq in seqs] + [_held_key(session_id, seq) for seq in held]
    caches["frames"].delete_many([*keys, list_key])


def park_sound(session_id: uuid.UUID | str, seq: int, pcm: bytes) -> None:
    caches["frames"].set(_sound_key(session_id, seq), pcm, timeout=LIFE_S)


def take_sound(session_id: uuid.UUID | str, seq: int) -> bytes | None:
    """The sound, which is forgotten in the same moment."""
    pcm: bytes | None = caches["frames"].get(_sound_key(session_id, seq))
    caches["frames"].delete(_sound_key(session_id, seq))
    return pcm


def park_sent(connection: str, seq: int, jpeg: bytes) -> None:
    caches["frames"].set(_sent_key(connection, seq), jpeg, timeout=LIFE_S)


def take_sent(connection: str, seq: int) -> bytes | None:
    """The frame of a program, which is forgotten in the same moment."""
    jpeg: bytes | None = caches["frames"].get(_sent_key(connection, seq))
    caches["frames"].delete(_sent_key(connection, seq))
    return jpeg


def _held_key(session_id: uuid.UUID | str, seq: int) -> str:
    return f"held:{session_id}:{seq}"


def _seen_key(session_id: uuid.UUID | str, seq: int) -> str:
    return f"seen:{session_id}:{seq}"


def _sent_key(connection: str, seq: int) -> str:
    return f"sent:{connection}:{seq}"


def _sound_key(session_id: uuid.UUID | str, seq: int) -> str:
    return f"sound:{session_id}:{seq}"

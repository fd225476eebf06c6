"""A session's log as a few numbers for every five minutes.

Unknown stays unknown: a feature without enough records to tell is `None`, and `None` never makes a block
unusual. How much was unknown is a feature of its own.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from analysis.risk.log import Record, canonicalise

BLOCK_MS = 300_000
MINUTE_MS = 60_000
LEAST_KNOWN = 10
"""Fewer known values than this tell nothing about a share or a spread."""
ZONE_DEG = 15.0
"""The head's directions are counted in zones of this width and height."""

LEAVING = frozenset({"tab_hidden", "window_blur", "full_screen_left"})
CLIPBOARD = frozenset({"copy", "cut", "paste", "context_menu"})
TECHNICAL = frozenset({"offline", "camera_lost", "microphone_lost"})

Unit = Literal["%", "degrees", "a minute", "bits", "% of the picture"]


@dataclass(frozen=True, slots=True)
class Feature:
    """A number of a block. `least_spread` keeps a very even beginning from making every change look large.

    `both_ways`: less than usual is unusual too, as in a picture that stands still.
    """

    name: str
    label: str
    unit: Unit
    least_spread: float
    both_ways: bool = False


FEATURES = (
    Feature("away_share", "Head turned away", "%", 0.03),
    Feature("away_rate", "Turns of the head away", "a minute", 0.5),
    Feature("yaw_spread", "Spread of the head's direction sideways", "degrees", 2.0, both_ways=True),
    Feature("pitch_spread", "Spread of the head's direction up and down", "degrees", 2.0, both_ways=True),
    Feature("direction_entropy", "Variety of the head's directions", "bits", 0.3, both_ways=True),
    Feature("place_spread", "Movement of the face in the picture", "% of the picture", 0.01, both_ways=True),
    Feature("no_face_share", "No face in the picture", "%", 0.02),
    Feature("faces_share", "Several faces in the picture", "%", 0.01),
    Feature("eyes_closed_share", "Eyes closed", "%", 0.03),
    Feature("unknown_share", "Pictures that could not be judged", "%", 0.05),
    Feature("speech_share", "Speech", "%", 0.03),
    Feature("leaving_rate", "Leaving the exam's page", "a minute", 0.2),
    Feature("clipboard_rate", "Copying, pasting and context menus", "a minute", 0.2),
    Feature("technical_rate", "Lost connections and cameras", "a minute", 0.2),
)


@dataclass(frozen=True, slots=True)
class Block:
    """`values` in the order of `FEATURES`: shares 0..1, degrees, events a minute; `None` is unknown."""

    start_ms: int
    end_ms: int
    values: tuple[float | None, ...]


def blocks(records: Iterable[Record], duration_ms: int, block_ms: int = BLOCK_MS) -> tuple[Block, ...]:
    """The blocks of a session of `duration_ms`; a last one shorter than half of `block_ms` is left out."""
    parts: dict[int, list[Record]] = {}
    for record in canonicalise(records).records:
        parts.setdefault(record.t_ms // block_ms, []).append(record)
    made = []
    for number in range(math.ceil(duration_ms / block_ms)):
        start_ms, end_ms = number * block_ms, min((number + 1) * block_ms, duration_ms)
        if 2 * (end_ms - start_ms) >= block_ms:
            values = _values(parts.get(number, []), (end_ms - start_ms) / MINUTE_MS)
            made.append(Block(start_ms, end_ms, values))
    return tuple(made)


def _values(records: Sequence[Record], minutes: float) -> tuple[float | None, ...]:
    found = {**_of_pictures([record for record in records if record.stream == "video"], minutes)}
    # Quiet seconds are not sent, so the share is of the block and not of what came.
    heard = _truths([record for record in records if record.stream == "audio"], "speech")
    found["speech_share"] = sum(1 for speech in heard if speech) / (60 * minutes)
    events: Counter[str] = Counter()
    for record in records:
        if record.event is not None:
            events[record.event] += record.n
    for name, kinds in (
        ("leaving_rate", LEAVING),
        ("clipboard_rate", CLIPBOARD),
        ("technical_rate", TECHNICAL),
    ):
        found[name] = sum(events[kind] for kind in kinds) / minutes
    return tuple(found[feature.name] for feature in FEATURES)


def _of_pictures(frames: Sequence[Record], minutes: float) -> dict[str, float | None]:
    away = _truths(frames, "looking_away")
    counts = [None if count is None else round(count) for count in _numbers(frames, "face_count")]
    yaws, pitches = _numbers(frames, "yaw"), _numbers(frames, "pitch")
    unknown = [
        count is None or (count > 0 and turned is None) for count, turned in zip(counts, away, strict=True)
    ]
    turns = sum(1 for before, now in pairwise(away) if now and before is False)
    enough = len([turned for turned in away if turned is not None]) >= LEAST_KNOWN
    return {
        "away_share": _share(away),
        "away_rate": turns / minutes if enough else None,
        "yaw_spread": _spread(yaws),
        "pitch_spread": _spread(pitches),
        "direction_entropy": _entropy(yaws, pitches),
        "place_spread": _spread(_numbers(frames, "face_x"), _numbers(frames, "face_y")),
        "no_face_share": _share([None if count is None else count == 0 for count in counts]),
        "faces_share": _share([None if count is None else count > 1 for count in counts]),
        "eyes_closed_share": _share(_truths(frames, "eyes_closed")),
        "unknown_share": _share(unknown),
    }


def _truths(records: Sequence[Record], signal: str) -> list[bool | None]:
    held = [(record.values or {}).get(signal) for record in records]
    return [value if isinstance(value, bool) else None for value in held]


def _numbers(records: Sequence[Record], signal: str) -> list[float | None]:
    held = [(record.values or {}).get(signal) for record in records]
    return [
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        for value in held
    ]


def _share(truths: Sequence[bool | None]) -> float | None:
    known = [truth for truth in truths if truth is not None]
    return sum(known) / len(known) if len(known) >= LEAST_KNOWN else None


def _spread(*series: Sequence[float | None]) -> float | None:
    """The root of the summed variances: how far the values lie from their mean, over all axes."""
    variances = []
    for values in series:
        known = [value for value in values if value is not None]
        if len(known) < LEAST_KNOWN:
            return None
        variances.append(statistics.pvariance(known))
    return math.sqrt(sum(variances))


def _entropy(yaws: Sequence[float | None], pitches: Sequence[float | None]) -> float | None:
    """Shannon entropy (bits) of the zones into which the head pointed."""
    zones = Counter(
        (round(yaw / ZONE_DEG), round(pitch / ZONE_DEG))
        for yaw, pitch in zip(yaws, pitches, strict=True)
        if yaw is not None and pitch is not None
    )
    total = zones.total()
    if total < LEAST_KNOWN:
        return None
    return abs(sum(number / total * math.log2(total / number) for number in zones.values()))

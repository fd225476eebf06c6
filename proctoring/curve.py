"""A session's score over time, made small enough to draw without losing a peak."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_POINTS = 600


@dataclass(frozen=True, slots=True)
class CurvePoint:
    t_ms: int
    score_milli: int


def downsample(points: Sequence[CurvePoint], most: int = MOST_POINTS) -> list[CurvePoint]:
    """At most `most` (>= 4) points in order: the first, the last, each bucket's lowest and highest."""
    if len(points) <= most:
        return list(points)
    inner = points[1:-1]
    buckets = (most - 2) // 2
    edges = [len(inner) * number // buckets for number in range(buckets + 1)]
    kept = [points[0]]
    for start, stop in pairwise(edges):
        kept.extend(_extremes(inner[start:stop]))
    return [*kept, points[-1]]


def _extremes(bucket: Sequence[CurvePoint]) -> list[CurvePoint]:
    numbered = range(len(bucket))
    lowest = min(numbered, key=lambda index: bucket[index].score_milli)
    highest = max(numbered, key=lambda index: bucket[index].score_milli)
    return [bucket[index] for index in sorted({lowest, highest})]

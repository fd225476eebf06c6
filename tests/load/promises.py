"""What a load may not break, in words; times are judged in the full form alone, on a machine of its own."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bench.figures import CrowdFigures
from tests.load.scenes import Scene

WANTED_P95_MS = 100.0
# What a share of the machine may cost a neighbour.
MOST_TIMES_SLOWER = 2.0


def broken_promises(scenes: Sequence[Scene], *, short: bool) -> list[str]:
    kept = [words for scene in scenes for crowd in scene.load.crowds for words in _lost(scene, crowd)]
    return kept if short else [*kept, *_slow(scenes), *_crowded_out(scenes)]


def _lost(scene: Scene, crowd: CrowdFigures) -> Iterator[str]:
    place, events = f"{scene.name}, {crowd.name}", crowd.events
    if events.lost or events.changed:
        yield f"{place}: {events.lost} acknowledged events are not in the database, {events.changed} changed"
    if events.unanswered and crowd.name != "noisy":
        yield f"{place}: {events.unanswered} events were never acknowledged"
    if not events.acked:
        yield f"{place}: no event was acknowledged"
    if crowd.frames.senders and not crowd.frames.recorded:
        yield f"{place}: no frame was analysed"


def _slow(scenes: Sequence[Scene]) -> Iterator[str]:
    for scene in scenes:
        for crowd in scene.load.crowds:
            p95_ms = crowd.events.ack.p95_ms
            if scene.name == "events" and (p95_ms is None or p95_ms >= WANTED_P95_MS):
                yield (
                    f"{scene.name}: 95 of 100 events were acknowledged within {p95_ms} ms,"
                    f" wanted are {WANTED_P95_MS:.0f}"
                )


def _crowded_out(scenes: Sequence[Scene]) -> Iterator[str]:
    quiet = [scene.load.crowds[0] for scene in scenes if scene.name.startswith("quiet")]
    for alone, beside in pairwise(quiet):
        pairs = {
            "acknowledgements": (alone.events.ack.p95_ms, beside.events.ack.p95_ms),
            "frames on the wall": (alone.frames.live.p95_ms, beside.frames.live.p95_ms),
        }
        for what, (before_ms, after_ms) in pairs.items():
            if before_ms and after_ms and after_ms > MOST_TIMES_SLOWER * before_ms:
                yield f"noise slows a neighbour's {what} from {before_ms} to {after_ms} ms (p95)"

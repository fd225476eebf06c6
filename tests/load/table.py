"""The figures of all scenes as plain tables."""

from collections.abc import Iterable, Sequence

from bench.figures import CrowdFigures
from tests.load.scenes import Scene

EVENT_COLUMNS = (
    *("scene", "crowd", "candidates", "events/s", "acked/s", "p50 ms", "p95 ms", "p99 ms"),
    *("lost", "unanswered", "twice", "malformed", "reconnects"),
)
FRAME_COLUMNS = (
    *("scene", "crowd", "senders", "frames/s", "analysed/s", "coverage %"),
    *("wall p50 ms", "wall p95 ms", "flags", "told", "flag p95 ms"),
)


def tables(scenes: Sequence[Scene]) -> str:
    parts = (
        markdown(EVENT_COLUMNS, (_events(scene, crowd) for scene, crowd in _crowds(scenes))),
        markdown(FRAME_COLUMNS, (_frames(scene, crowd) for scene, crowd in _crowds(scenes))),
        markdown(*_used(scenes)),
    )
    return "\n\n".join(parts)


def _crowds(scenes: Sequence[Scene]) -> Iterable[tuple[Scene, CrowdFigures]]:
    return ((scene, crowd) for scene in scenes for crowd in scene.load.crowds)


def _events(scene: Scene, crowd: CrowdFigures) -> tuple[object, ...]:
    events = crowd.events
    return (
        *(scene.name, crowd.name, crowd.candidates, round(events.due / scene.load.seconds, 1)),
        *(events.acked_a_second, events.ack.p50_ms, events.ack.p95_ms, events.ack.p99_ms),
        *(events.lost, events.unanswered, events.duplicates, events.malformed, crowd.reconnects),
    )


def _frames(scene: Scene, crowd: CrowdFigures) -> tuple[object, ...]:
    frames, flags = crowd.frames, crowd.flags
    return (
        *(scene.name, crowd.name, frames.senders, round(frames.due / scene.load.seconds, 1)),
        *(frames.recorded_a_second, frames.coverage_percent, frames.live.p50_ms, frames.live.p95_ms),
        *(flags.caused, flags.told, flags.live.p95_ms),
    )


def _used(scenes: Sequence[Scene]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """A row for each program: its share of one core, and its memory at the end."""
    names = list(scenes[0].load.used) if scenes else []
    rows = [(name, *(_told(scene, name) for scene in scenes)) for name in names]
    return ("% of a core (MB)", *(scene.name for scene in scenes)), rows


def _told(scene: Scene, name: str) -> str:
    used = scene.load.used[name]
    memory = "" if used.memory_mb is None else f" ({used.memory_mb:.0f})"
    return f"{used.core_percent}{memory}"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown that also reads well in a terminal."""
    cells = [list(columns), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _cell(value: object) -> str:
    return "–" if value is None else str(value)

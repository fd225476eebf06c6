"""Where the bars of a chart stand, for a template to draw as SVG; its numbers stand beside it as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from proctoring.analytics import Step
from proctoring.heat_map import HeatMap, HeatRow
from proctoring.queries import SEVERITIES

WIDTH, HEIGHT = 480, 190
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 8, 28
WIDEST_BAR = 40
MOST_LABELS = 6
LEVELS = 4
_NICE = (1, 2, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at an axis: for the values `at` is a height, for the days a place from the left."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class DayMark:
    at: float
    day: date


@dataclass(frozen=True, slots=True)
class Columns:
    bars: tuple[Bar, ...]
    values: tuple[Mark, ...]
    days: tuple[DayMark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class HeatCell:
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class HeatLine:
    """`row` is None for all candidates together."""

    row: HeatRow | None
    cells: tuple[HeatCell, ...]
    total: int


def flag_columns(steps: Sequence[Step]) -> Columns:
    """Flags by day, the severe ones at the foot."""
    highest = _top(max((step.flags.total for step in steps), default=0))
    stacks = [[(one, getattr(step.flags, one)) for one in SEVERITIES] for step in steps]
    marks = tuple(
        Mark(_y(value, highest), f"{value:g}") for value in (0, highest / 2, highest) if value % 1 == 0
    )
    return Columns(_bars(stacks, highest), marks, _days(steps))


def coverage_columns(steps: Sequence[Step]) -> Columns:
    """The share of the watched time that was analysed, by day; nothing stands where it is not known."""
    stacks = [[("coverage", step.seen.coverage or 0.0)] for step in steps]
    marks = tuple(Mark(_y(share, 1.0), f"{share * 100:.0f} %") for share in (0.0, 0.5, 1.0))
    return Columns(_bars(stacks, 1.0), marks, _days(steps))


def heat_lines(heat: HeatMap) -> list[HeatLine]:
    """All candidates together first; the shades of single candidates have a scale of their own."""
    most = max((count for row in heat.rows for count in row.counts), default=0)
    everybody = HeatLine(None, _cells(heat.totals, max(heat.totals, default=0)), sum(heat.totals))
    return [everybody, *(HeatLine(row, _cells(row.counts, most), row.total) for row in heat.rows)]


def _cells(counts: Sequence[int], most: int) -> tuple[HeatCell, ...]:
    return tuple(HeatCell(count, -(-count * LEVELS // most) if count else 0) for count in counts)


def _bars(stacks: Sequence[Sequence[tuple[str, float]]], highest: float) -> tuple[Bar, ...]:
    room = (WIDTH - LEFT - RIGHT) / max(1, len(stacks))
    width = min(room * 0.8, WIDEST_BAR)
    bars: list[Bar] = []
    for place, stack in enumerate(stacks):
        below: float = 0
        for kind, value in stack:
            top, foot = _y(below + value, highest), _y(below, highest)
            if value:
                x = LEFT + room * place + (room - width) / 2
                bars.append(Bar(round(x, 1), round(top, 1), round(width, 1), round(foot - top, 1), kind))
            below += value
    return tuple(bars)


def _days(steps: Sequence[Step]) -> tuple[DayMark, ...]:
    room, every = (WIDTH - LEFT - RIGHT) / max(1, len(steps)), -(-len(steps) // MOST_LABELS) or 1
    return tuple(
        DayMark(round(LEFT + room * (place + 0.5), 1), step.day)
        for place, step in enumerate(steps)
        if place % every == 0
    )


def _y(value: float, highest: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / highest


def _top(most: int) -> float:
    """The next of 1, 2, 4, 6, 8, 10, 20, 40 and so on."""
    decade = 1
    while True:
        for nice in _NICE:
            if nice * decade >= most:
                return nice * decade
        decade *= 10

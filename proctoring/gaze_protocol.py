"""What the room says while a candidate looks at points: where they are, and that all were looked at."""

from dataclasses import dataclass
from typing import Any

from proctoring.wire import bad_field, whole_number

FEWEST_POINTS, MOST_POINTS = 5, 16
FARTHEST_PX = 10_000


@dataclass(frozen=True, slots=True)
class GazeBegin:
    """Points in CSS pixels from the middle of the page, right and down above zero, by number."""

    points_px: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class GazeFit:
    """All points were looked at: fit the looks."""


def read_begin(message: dict[str, Any]) -> GazeBegin:
    points = message.get("points")
    if not isinstance(points, list) or not FEWEST_POINTS <= len(points) <= MOST_POINTS:
        raise bad_field("points", f"must be a list of {FEWEST_POINTS} to {MOST_POINTS} points")
    return GazeBegin(tuple(_point(point, f"points[{index}]") for index, point in enumerate(points)))


def read_fit(_message: dict[str, Any]) -> GazeFit:
    return GazeFit()


def _point(point: Any, field: str) -> tuple[int, int]:
    if not isinstance(point, list) or len(point) != 2:
        raise bad_field(field, "must be two numbers, pixels from the middle to the right and down")
    x_px, y_px = (whole_number(place, field, -FARTHEST_PX, FARTHEST_PX) for place in point)
    return x_px, y_px

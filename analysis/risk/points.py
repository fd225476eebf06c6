"""Points are carried as integer milli-points, so that no sum depends on the order of rounding."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MILLI = 1000
FULL_MILLI = 100 * MILLI
LARGEST_POINTS = 1_000_000


def to_milli(points: object) -> int:
    """Milli-points of a JSON number.

    Args:
        points: int or finite float (points, at most three decimals, within +-1e6).

    Raises:
        ValueError: in words, when it is no such number.
    """
    if isinstance(points, bool) or not isinstance(points, (int, float)):
        raise ValueError("must be a number of points")
    try:
        milli = Decimal(str(points)) * MILLI
        exact = int(milli)
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError("must be a finite number of points") from None
    if milli != exact:
        raise ValueError("has more than three decimals; points are kept in thousandths")
    if abs(exact) > LARGEST_POINTS * MILLI:
        raise ValueError(f"must lie between -{LARGEST_POINTS} and {LARGEST_POINTS}")
    return exact


def to_points(milli: int) -> int | float:
    """The JSON number of points for milli-points: an int when whole, else the nearest float."""
    return milli // MILLI if milli % MILLI == 0 else milli / MILLI

"""What a detector answers with: a value, how far to trust it, and which detector in which version said so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

KNOWN_QUALITY = 0.5
"""From this quality on a value counts as known."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One answer of one detector.

    `value` is `None` where the detector could not tell; `quality` runs from 0 (a guess) to 1; `detector` and
    `version` name who answered, so that a report can be read years later.

    Raises:
        ValueError: if `quality` is outside 0..1 or not a number.
    """

    value: T | None
    quality: float
    detector: str
    version: str

    def __post_init__(self) -> None:
        if not 0.0 <= self.quality <= 1.0:
            raise ValueError(f"quality must lie between 0 and 1, not {self.quality}")

    @property
    def known(self) -> T | None:
        """The value where it can be trusted; `None`, which is unknown and never suspicious, elsewhere."""
        return self.value if self.quality >= KNOWN_QUALITY else None

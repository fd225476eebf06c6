"""Things and people in a picture: what is looked for, where, and what one look told. Knows no detector.

COCO's labels are all there is: no class for a headset, a watch or a sheet of paper. A network of this size
finds a hand-held phone about every second time and a small one far away seldom (research, section 1.7), so a
phone that is not reported proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from analysis.observations import Box, Face

Image = npt.NDArray[np.uint8]
ObjectLabel = Literal["person", "phone", "book", "laptop", "screen", "remote"]

COCO_LABELS: dict[int, ObjectLabel] = {
    0: "person",
    62: "screen",
    63: "laptop",
    65: "remote",
    67: "phone",
    73: "book",
}
"""Class numbers of the COCO data set; its `tv` is every monitor."""

MIN_SCORE = 0.25
MIN_PERSON_SCORE = 0.45
MIN_TILE_SCORE = 0.6
"""Enlarged, hands look like phones: at 0.25 four of thirteen signing clips raised an alarm, at 0.6 none."""
SAME_OVERLAP = 0.45
"""Two boxes of one thing overlap at least this much; also what one thing is taken for twice."""
LOOKALIKES: frozenset[str] = frozenset({"phone", "remote"})
"""Labels that one thing gets in turn: the surer one counts."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing: its box in pixels of the picture, its score 0..1."""

    label: ObjectLabel
    box_px: Box
    score: float


class ObjectDetector(Protocol):
    """Finds things of `COCO_LABELS`. Safe to call from several threads; equal pictures give equal answers."""

    key: str

    def load(self, models_dir: Path | None, threads: int) -> None:
        """Import the library and read the model.

        Raises:
            DetectorMissing: when either is not there.
        """

    def detect(self, images: Sequence[Image]) -> list[list[Found]]:
        """What is in each (height, width, 3) uint8 BGR picture, surest first."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture that is looked at enlarged, in whole pixels."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int

    def cut(self, image: Image) -> Image:
        return image[self.top_px : self.top_px + self.height_px, self.left_px : self.left_px + self.width_px]

    def placed(self, found: Found) -> Found:
        """The same thing in pixels of the whole picture."""
        box = found.box_px
        moved = Box(box.x_px + self.left_px, box.y_px + self.top_px, box.width_px, box.height_px)
        return Found(found.label, moved, found.score)


def desk_tiles(width_px: int, height_px: int) -> tuple[Tile, ...]:
    """Where hands and desk are: the lower half in two parts that share a fifth, so that nothing is halved."""
    part_px, top_px = round(width_px * 0.6), height_px // 2
    return (
        Tile(0, top_px, part_px, height_px - top_px),
        Tile(width_px - part_px, top_px, part_px, height_px - top_px),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A whole BGR picture, and whether its desk is to be looked at enlarged as well."""

    image: Image
    closely: bool

    @property
    def tiles(self) -> tuple[Tile, ...]:
        height_px, width_px = self.image.shape[:2]
        return desk_tiles(width_px, height_px) if self.closely else ()


def find_objects(detector: ObjectDetector, image: Image, *, closely: bool = True) -> tuple[Found, ...]:
    """Look at a whole BGR picture and, `closely`, enlarged at its desk; surest first, each thing once.

    A close look takes three times as long. People are counted in the whole picture only: in a part of it an
    arm would become one.
    """
    return find_in_all(detector, [Sight(image, closely)])[0]


def find_in_all(detector: ObjectDetector, sights: Sequence[Sight]) -> list[tuple[Found, ...]]:
    """As `find_objects`, for several pictures that are shown to the detector at once."""
    tiles = [sight.tiles for sight in sights]
    shown = [[sight.image, *(tile.cut(sight.image) for tile in sight.tiles)] for sight in sights]
    told = iter(detector.detect([image for images in shown for image in images]))
    return [_told(parts, [next(told) for _ in range(1 + len(parts))]) for parts in tiles]


def _told(tiles: Sequence[Tile], told: Sequence[Sequence[Found]]) -> tuple[Found, ...]:
    whole, *parts = told
    found = list(whole)
    for tile, part in zip(tiles, parts, strict=True):
        sure = (one for one in part if one.label != "person" and one.score >= MIN_TILE_SCORE)
        found.extend(tile.placed(one) for one in sure)
    return once_each(found)


def once_each(found: Sequence[Found]) -> tuple[Found, ...]:
    """The things of several looks at one picture, each once, surest first."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (-one.score, one.label, one.box_px.x_px, one.box_px.y_px)):
        least = MIN_PERSON_SCORE if one.label == "person" else MIN_SCORE
        if one.score >= least and not any(_same_thing(one, other) for other in kept):
            kept.append(one)
    return tuple(kept)


def persons_without_face(found: Sequence[Found], faces: Sequence[Face]) -> int:
    """How many people show no face, not counting the candidate.

    A face belongs to the smallest person whose box holds its centre. Where no face is seen at all, the
    largest person is the candidate, who turned away; that is another signal's business.
    """
    bodies = sorted((one.box_px for one in found if one.label == "person"), key=lambda box: box.area_px)
    without = list(bodies)
    for face in faces:
        owner = next((box for box in without if _holds(box, face.box_px)), None)
        if owner is not None:
            without.remove(owner)
    return len(without) - (1 if without and not faces else 0)


def _holds(body: Box, face: Box) -> bool:
    x_px, y_px = face.centre_px
    across = body.x_px <= x_px <= body.x_px + body.width_px
    return across and body.y_px <= y_px <= body.y_px + body.height_px


def _same_thing(one: Found, other: Found) -> bool:
    alike = one.label == other.label or {one.label, other.label} == LOOKALIKES
    return alike and (one.box_px.overlap(other.box_px) >= SAME_OVERLAP or _mostly_inside(one, other))


def _mostly_inside(one: Found, other: Found) -> bool:
    """A part of a thing seen in a tile; people do stand in front of each other."""
    if one.label == "person":
        return False
    inner, outer = one.box_px, other.box_px
    across = min(inner.x_px + inner.width_px, outer.x_px + outer.width_px) - max(inner.x_px, outer.x_px)
    down = min(inner.y_px + inner.height_px, outer.y_px + outer.height_px) - max(inner.y_px, outer.y_px)
    shared = max(0.0, across) * max(0.0, down)
    return shared >= 0.8 * min(inner.area_px, outer.area_px) > 0

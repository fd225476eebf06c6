"""Faces that never move, as on a poster: no second person for as long as they are still.

Stillness is measured by time, not by pictures. A face that moves again counts again at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from analysis.observations import Box, Face, Observation, Point

SAME_PLACE = 0.9
FOLLOWED_PLACE = 0.3
"""A face that overlaps its last place less than this is another one."""
BLOCK_MS = 10_000
BLOCK_PICTURES = 8
"""One picture's box errs by half a pixel, the mean of eight or more by less than 0.2."""
FOLLOWING = 1 / 8
STILL_BLOCKS = 6
MOTION_PX = 0.3
SPREAD_PX = 0.9
"""Root mean square within a block: boxes of photos spread by 0.2 to 0.85, a sway by more."""
STRAYS = 3
FORGOTTEN_AFTER_MS = 10_000
MOST_FOLLOWED = 6


@dataclass(frozen=True, slots=True)
class StillFace:
    """One face's place and how long it has kept it.

    `means_px` are the centres of full blocks of 10 seconds, all within 0.3 pixels of the first; `sum_px`,
    `squares_px2`, `pictures` and `block_ms` belong to the block that is being filled.
    """

    box_px: Box
    seen_ms: int
    block_ms: int
    sum_px: Point = (0.0, 0.0)
    squares_px2: float = 0.0
    pictures: int = 0
    means_px: tuple[Point, ...] = ()
    strays: int = 0

    @property
    def static(self) -> bool:
        return len(self.means_px) >= STILL_BLOCKS

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> StillFace:
        """Read what `to_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: for a missing or impossible value.
        """
        return cls(
            box_px=Box(**stored["box_px"]),
            seen_ms=int(stored["seen_ms"]),
            block_ms=int(stored["block_ms"]),
            sum_px=_point(stored["sum_px"]),
            squares_px2=float(stored["squares_px2"]),
            pictures=int(stored["pictures"]),
            means_px=tuple(_point(one) for one in stored["means_px"]),
            strays=int(stored["strays"]),
        )


def watch_stills(kept: tuple[StillFace, ...], faces: Sequence[Face], t_ms: int) -> tuple[StillFace, ...]:
    """Take the faces of one more picture: what to keep of them.

    A face becomes static when, for six blocks of 10 seconds, its box overlapped its place by more than 0.9,
    its mean centre stayed within 0.3 pixels and it spread by less than 0.9 in each. The largest face begins
    no stillness: it may be a candidate who sits like a statue. A static face stays one when the candidate
    leaves and it is alone.

    Args:
        kept: what the picture before left.
        faces: all faces of the picture, the largest first.
        t_ms: its capture time.

    Source: research section 1.2. Its limit of 0.3 pixels for one picture to the next is below what the
    detector itself errs by (0.4 to 0.6 on pasted photos with a camera's noise), hence the means.
    """
    matched: set[int] = set()
    going: list[StillFace] = []
    for place, face in enumerate(faces):
        index = _match(kept, face.box_px, matched)
        if index is None:
            if place:
                going.append(StillFace(face.box_px, t_ms, t_ms))
            continue
        matched.add(index)
        one = _continued(kept[index], face.box_px, t_ms)
        if place == 0 and not one.static:
            continue
        going.append(one)
    unseen = (one for index, one in enumerate(kept) if index not in matched)
    going.extend(one for one in unseen if one.static or t_ms - one.seen_ms <= FORGOTTEN_AFTER_MS)
    longest = sorted(going, key=lambda one: (not one.static, -len(one.means_px), one.block_ms))
    return tuple(longest[:MOST_FOLLOWED])


def marked(kept: Sequence[StillFace], seen: Observation) -> Observation:
    """The picture with those faces marked that are static by what `watch_stills` kept of it."""
    places = [one.box_px for one in kept if one.static and not one.strays]
    if not places:
        return seen
    faces = (
        replace(face, static=any(place.overlap(face.box_px) > SAME_PLACE for place in places))
        for face in seen.faces
    )
    return replace(seen, faces=tuple(faces))


def _match(kept: Sequence[StillFace], box: Box, taken: set[int]) -> int | None:
    overlaps = {index: one.box_px.overlap(box) for index, one in enumerate(kept) if index not in taken}
    best = max(overlaps, key=lambda index: overlaps[index], default=None)
    return best if best is not None and overlaps[best] >= FOLLOWED_PLACE else None


def _continued(one: StillFace, box: Box, t_ms: int) -> StillFace:
    if one.box_px.overlap(box) <= SAME_PLACE:
        # The detector errs once in a while; a face that moved is elsewhere in the next pictures as well.
        if one.strays + 1 >= STRAYS:
            return StillFace(box, t_ms, t_ms)
        return replace(one, strays=one.strays + 1, seen_ms=t_ms)
    x_px, y_px = box.centre_px
    filled = replace(
        one,
        box_px=_between(one.box_px, box),
        seen_ms=t_ms,
        sum_px=(one.sum_px[0] + x_px, one.sum_px[1] + y_px),
        squares_px2=one.squares_px2 + x_px * x_px + y_px * y_px,
        pictures=one.pictures + 1,
        strays=0,
    )
    full = t_ms - one.block_ms >= BLOCK_MS and filled.pictures >= BLOCK_PICTURES
    return _judged(filled, t_ms) if full else filled


def _between(place: Box, seen: Box) -> Box:
    """The place, an eighth of the way towards a new box: one picture's box is too rough to compare with."""
    return Box(
        place.x_px + FOLLOWING * (seen.x_px - place.x_px),
        place.y_px + FOLLOWING * (seen.y_px - place.y_px),
        place.width_px + FOLLOWING * (seen.width_px - place.width_px),
        place.height_px + FOLLOWING * (seen.height_px - place.height_px),
    )


def _judged(one: StillFace, t_ms: int) -> StillFace:
    """The face after a full block; one that moved begins anew with this block as its first."""
    mean = (one.sum_px[0] / one.pictures, one.sum_px[1] / one.pictures)
    emptied = replace(one, block_ms=t_ms, sum_px=(0.0, 0.0), squares_px2=0.0, pictures=0)
    spread_px2 = one.squares_px2 / one.pictures - mean[0] ** 2 - mean[1] ** 2
    if spread_px2 > SPREAD_PX**2:
        return replace(emptied, means_px=())
    still = all(math.dist(mean, other) <= MOTION_PX for other in one.means_px[:1])
    return replace(emptied, means_px=(*one.means_px, mean)[:STILL_BLOCKS] if still else (mean,))


def _point(stored: Sequence[float]) -> Point:
    x_px, y_px = stored
    return float(x_px), float(y_px)

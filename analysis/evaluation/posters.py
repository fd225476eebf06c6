"""Photos on the wall behind somebody: how soon they are told from people, made from labelled photos."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from analysis.evaluation.counting import Observer
from analysis.evaluation.findings import NOTHING, Section, Table, rate
from analysis.evaluation.manifest import Image, Manifest, ManifestRefused
from analysis.evaluation.statistics import Rate, percentile
from analysis.evaluation.variants import SEED, compressed
from analysis.frames import Frame
from analysis.observations import Observation
from analysis.still_faces import StillFace, marked, watch_stills

WIDTH_PX, HEIGHT_PX = 640, 480
PHOTO_PX, PERSON_PX = 150, 300
LEFT_PX, TOP_PX = 460, 30
NOISE_GREY = 4.0
"""What a webcam's sensor adds indoors."""
STEP_S, LAST_S = 1, 95
MOVED_FROM_S = 90
MOVED_PX = 25.0
SWAY_PX, SWAY_S = 1.5, 20.0
"""Somebody who sits very still far behind: a slow sway of three pixels."""
MOST_PHOTOS = 6
Place = Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Wall:
    """A person who moves a little, and somebody's photo behind."""

    name: str
    person: Image
    photo: Image

    def picture(self, second: int, shift_px: float) -> Image:
        """What a webcam sees, the photo shifted to the right; equal for equal arguments."""
        scene = np.full((HEIGHT_PX, WIDTH_PX, 3), 110, dtype=np.uint8)
        person = _wide(self.person, PERSON_PX)[: HEIGHT_PX - 60]
        left, top = 40 + 9 * (second % 5), HEIGHT_PX - person.shape[0] - second % 3
        scene[top : top + person.shape[0], left : left + PERSON_PX] = person
        photo = _wide(self.photo, PHOTO_PX)
        placed = np.array([[1.0, 0.0, LEFT_PX + shift_px], [0.0, 1.0, TOP_PX]])
        cv2.warpAffine(photo, placed, (WIDTH_PX, HEIGHT_PX), dst=scene, borderMode=cv2.BORDER_TRANSPARENT)
        grain = np.random.default_rng(SEED + second).normal(0.0, NOISE_GREY, scene.shape)
        return compressed(80)(np.asarray((scene + grain).clip(0, 255), dtype=np.uint8))


@dataclass(frozen=True, slots=True)
class Watched:
    """One wall: since when the photo counted as one, whether it counted as a person once it moved."""

    name: str
    seen: bool
    told_s: int | None
    moved_counts: bool
    swaying_told: bool


def measure_posters(manifest: Manifest, observer: Observer) -> Section | None:
    """Made from the pictures of single people; `None` where there are fewer than two."""
    walls = list(_walls(manifest, observer))
    if not walls:
        return None
    watched = [_watch(wall, observer) for wall in walls]
    known = [one for one in watched if one.seen]
    times_s = [one.told_s for one in known if one.told_s is not None]
    late = f"{percentile(times_s, 0.5):.0f} ({percentile(times_s, 1.0):.0f})" if times_s else NOTHING
    columns = (
        "photos",
        "face seen on the photo",
        "told from a person within 90 s",
        "after, median (worst), s",
        "counts again once moved",
        "taken for a photo though it sways",
    )
    row = (
        str(len(watched)),
        rate(Rate(len(known), len(watched))),
        rate(Rate(len(times_s), len(known))),
        late,
        rate(Rate.among(one.moved_counts for one in known if one.told_s is not None)),
        rate(Rate.among(one.swaying_told for one in known)),
    )
    return Section(
        kind="posters",
        title="Photos on the wall",
        detector="faces, followed for a minute",
        tables=(Table("Photos behind somebody, one picture a second", columns, (row,)),),
        notes=(
            "Scenes are made: a photo hangs still, is moved by 25 pixels, or sways by 1.5 pixels as a person "
            "far behind would. Until a photo is told, it counts as a second person.",
        ),
        wrong=(
            *(f"{one.name}: counted as a person" for one in known if one.told_s is None),
            *(f"{one.name}: taken for a photo though it sways" for one in known if one.swaying_told),
        ),
        unmeasured=("real posters, and real people who keep still for a minute",),
    )


def _walls(manifest: Manifest, observer: Observer) -> Iterator[Wall]:
    """Photos behind the person whose face fills most of a picture: the largest face is never a photo."""
    pictures: list[tuple[str, Image]] = []
    for file in manifest.of_kind("identity"):
        try:
            pictures.append((file.name, file.picture()))
        except ManifestRefused:
            continue
    shares = [_face_share(image, observer) for _name, image in pictures]
    if len(pictures) < 2 or not max(shares):
        return
    person = pictures.pop(shares.index(max(shares)))[1]
    for name, photo in pictures[:: max(1, len(pictures) // MOST_PHOTOS)][:MOST_PHOTOS]:
        yield Wall(name, person, photo)


def _face_share(image: Image, observer: Observer) -> float:
    faces = observer.observe(Frame.of(image)).faces
    return faces[0].box_px.width_px / image.shape[1] if faces else 0.0


def _watch(wall: Wall, observer: Observer) -> Watched:
    hanging = _told(wall, observer, lambda second: MOVED_PX if second >= MOVED_FROM_S else 0.0)
    swaying = _told(wall, observer, lambda second: SWAY_PX * math.sin(second * math.tau / SWAY_S))
    before = {second: told for second, told in hanging.items() if second < MOVED_FROM_S and told is not None}
    return Watched(
        name=wall.name,
        seen=len(before) > len(hanging) // 2,
        told_s=next((second for second, told in before.items() if told), None),
        moved_counts=not any(told for second, told in hanging.items() if second >= MOVED_FROM_S),
        swaying_told=any(swaying.values()),
    )


def _told(wall: Wall, observer: Observer, place: Place) -> dict[int, bool | None]:
    """By second, whether the photo's face is taken for one that never moves; `None` where it is not seen."""
    kept: tuple[StillFace, ...] = ()
    told: dict[int, bool | None] = {}
    for second in range(0, LAST_S, STEP_S):
        seen = observer.observe(Frame.of(wall.picture(second, place(second))))
        kept = watch_stills(kept, seen.faces, second * 1000)
        told[second] = _photo_is_static(marked(kept, seen))
    return told


def _photo_is_static(seen: Observation) -> bool | None:
    faces = [face for face in seen.faces if face.box_px.centre_px[0] > LEFT_PX - PHOTO_PX / 4]
    return faces[0].static if faces else None


def _wide(image: Image, width_px: int) -> Image:
    size = (width_px, round(width_px * image.shape[0] / image.shape[1]))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

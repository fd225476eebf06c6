"""The same pictures in worse conditions: what is still right, what becomes unknown, and what turns over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from analysis.evaluation.counting import CLASSES, Observer, face_class, pictures_with_counts
from analysis.evaluation.findings import NOTHING, UNKNOWN, Section, Table, rate
from analysis.evaluation.manifest import Image, Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import Confusion, Rate, mean_absolute_error
from analysis.evaluation.variants import BLOCKED, STRESS, UNCHANGED, Variant
from analysis.frames import Frame
from analysis.observations import Observation, looking_away

EXAM_SIDE_PX = 640
"""Pictures are brought to the size that an exam's camera sends."""
CLEARLY_TURNED_DEG = 15.0
"""From this yaw on, its sign must stay (or turn, in a mirrored picture)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The answers to one picture in one condition."""

    count: int | None
    yaw_deg: float | None
    away: bool | None
    state: str
    blocked: bool

    @classmethod
    def of(cls, observation: Observation) -> Seen:
        face = observation.candidate
        away = looking_away(face, observation.width_px) if face else None
        yaw_deg = face.yaw_deg if face else None
        camera = observation.camera
        return cls(observation.face_count, yaw_deg, away, camera.state, camera.blocked)


@dataclass(frozen=True, slots=True)
class Stressed:
    """One picture in one condition, beside the same picture as it is."""

    file: Labelled
    variant: Variant
    plain: Seen
    seen: Seen

    @property
    def classes(self) -> tuple[str, str]:
        """The labelled class of the count and the answer."""
        return face_class(int(self.file.number("faces") or 0)), face_class(self.seen.count)

    @property
    def yaw_change_deg(self) -> float | None:
        if self.plain.yaw_deg is None or self.seen.yaw_deg is None:
            return None
        return self.seen.yaw_deg * self.sign - self.plain.yaw_deg

    @property
    def sign(self) -> int:
        return -1 if self.variant.keeps == "mirrored" else 1

    @property
    def turned_over(self) -> bool:
        """The head seen clearly turned to the other side than before."""
        if self.plain.yaw_deg is None or self.seen.yaw_deg is None:
            return False
        before, now = self.plain.yaw_deg, self.seen.yaw_deg * self.sign
        return min(abs(before), abs(now)) >= CLEARLY_TURNED_DEG and before * now < 0


def stress(
    manifest: Manifest, observer: Observer, variants: Sequence[Variant] = STRESS
) -> tuple[Stressed, ...]:
    """Every readable picture with a count, in every condition."""
    found: list[Stressed] = []
    for file in pictures_with_counts(manifest):
        try:
            image = exam_sized(file.picture())
        except ManifestRefused:
            continue
        plain = Seen.of(observer.observe(Frame.of(image)))
        for variant in variants:
            changed = variant.change(image)
            seen = plain if variant is UNCHANGED else Seen.of(observer.observe(Frame.of(changed)))
            found.append(Stressed(file, variant, plain, seen))
    return tuple(found)


def exam_sized(image: Image) -> Image:
    scale = min(1.0, EXAM_SIDE_PX / max(image.shape[:2]))
    if scale == 1:
        return image
    return np.asarray(
        cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def measure_stress(manifest: Manifest, observer: Observer) -> Section | None:
    """Rates by condition; `None` where nothing is labelled with counts."""
    found = stress(manifest, observer)
    if not found:
        return None
    by_variant = [[one for one in found if one.variant is variant] for variant in STRESS]
    columns = (
        "condition",
        "right class",
        "wrong class",
        "unknown",
        "yaw changes by (MAE)",
        "side turned over",
    )
    return Section(
        kind="stress",
        title="The same pictures in worse conditions",
        detector="faces and mesh",
        tables=(Table("By condition", columns, tuple(_row(cases) for cases in by_variant)), _lost(found)),
        notes=(
            f"Pictures are brought to {EXAM_SIDE_PX} pixels first. Skin luma changes skin-coloured pixels "
            "alone: it says how the detectors take other brightness of skin, and nothing about people of "
            "other origin. A crop may leave out faces at the border, which the label still counts.",
        ),
        wrong=_turned_over(found),
        unmeasured=("glasses, masks and head coverings, which no picture here is labelled with",),
    )


def measure_camera(manifest: Manifest, observer: Observer) -> Section | None:
    """Whether a covered or dark camera is told from a seeing one; `None` without pictures."""
    found = stress(manifest, observer, (UNCHANGED, *BLOCKED))
    if not found:
        return None
    rows = []
    for variant in (UNCHANGED, *BLOCKED):
        cases = [one for one in found if one.variant is variant]
        truth = variant.keeps == "blocked"
        states = sorted({one.seen.state for one in cases})
        told = ", ".join(f"{state} {sum(one.seen.state == state for one in cases)}" for state in states)
        right = Rate.among(one.seen.blocked == truth for one in cases)
        counted = Rate.among(one.seen.count == 0 for one in cases) if truth else Rate(0, 0)
        rows.append((variant.name, rate(right), told, rate(counted)))
    columns = ("picture", "blocked told right", "states", 'said "nobody" though blocked')
    wrong = tuple(
        f"{one.file.name}, {one.variant.name}: camera {one.seen.state}"
        for one in found
        if one.seen.blocked != (one.variant.keeps == "blocked")
    )
    return Section(
        kind="camera",
        title="Camera dark or covered",
        detector="camera (luma, contrast, sharpness)",
        tables=(Table("Made from the pictures with a count of faces", columns, tuple(rows)),),
        notes=("Covered and dark pictures are made from real ones, not taken with a covered camera.",),
        wrong=wrong,
        unmeasured=(
            "real fingers, tape and shutters",
            "blur, which is judged against the candidate's own picture",
        ),
    )


def _row(cases: Sequence[Stressed]) -> tuple[str, ...]:
    confusion = Confusion(tuple(one.classes for one in cases))
    changes = [one.yaw_change_deg for one in cases if one.yaw_change_deg is not None]
    turned = Rate(sum(one.turned_over for one in cases), len(changes))
    return (
        cases[0].variant.name,
        rate(confusion.right),
        rate(confusion.wrong(UNKNOWN)),
        rate(confusion.unknown(UNKNOWN)),
        f"{mean_absolute_error(changes):.1f} degrees" if changes else NOTHING,
        f"{turned.hits} of {turned.of}",
    )


def _lost(found: Sequence[Stressed]) -> Table:
    """Where the only face was not seen, and where one became several: both are costly in an exam."""
    rows = []
    for variant in STRESS:
        alone = [one for one in found if one.variant is variant and one.classes[0] == "1"]
        answers = [str(sum(one.classes[1] == answer for one in alone)) for answer in CLASSES]
        rows.append((variant.name, str(len(alone)), *answers))
    return Table("Pictures of one person: answers", ("condition", "pictures", *CLASSES), tuple(rows))


def _turned_over(found: Sequence[Stressed]) -> tuple[str, ...]:
    return tuple(
        f"{one.file.name}, {one.variant.name}: yaw {one.plain.yaw_deg:.0f}, then {one.seen.yaw_deg:.0f}"
        for one in found
        if one.turned_over
    )

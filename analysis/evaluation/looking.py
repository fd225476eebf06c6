"""Where the eyes look: what can be told from labelled pictures, and what would be needed to tell more.

Labels: `onscreen_px=X,Y of WxH`, a point of the screen that is looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from analysis.close_look import IrisDetector, LandmarkObserver
from analysis.evaluation.findings import Section, Table, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import Rate
from analysis.frames import Frame
from analysis.gaze import EyeFeatures, hint
from analysis.gaze_look import look_into_eyes

KINDS = ("gaze_onscreen", "gaze_direction")
CALIBRATION_LOOKS = 9
"""One person at one screen has to look at so many known points before a tenth can be predicted."""
APART = 0.25
"""Shares of the screen's side: two points nearer than this are no test of a direction."""
ON_SCREEN = re.compile(r"(?:^|\s)onscreen_px=(\d+),(\d+) of (\d+)x(\d+)")


@dataclass(frozen=True, slots=True)
class Looked:
    """One picture: the point as shares of the screen's sides where it is labelled, and the eyes if seen."""

    file: Labelled
    point: tuple[float, float] | None
    eyes: EyeFeatures | None


@dataclass(frozen=True, slots=True)
class Turn:
    """From one look of a person to another, along one axis: whether irises and hint went with the point.

    `hinted` is `None` upwards, where the hint never says anything.
    """

    axis: str
    irises: bool
    hinted: bool | None


def measure_gaze(manifest: Manifest, observer: LandmarkObserver, irises: IrisDetector) -> Section | None:
    """How often eyes are found, and whether they turn with the point; `None` without labelled pictures."""
    files = manifest.of_kind(*KINDS)
    if not files:
        return None
    unread: list[str] = []
    looks = [look for file in files if (look := _looked(file, observer, irises, unread)) is not None]
    turns = list(_turns(looks))
    return Section(
        kind="gaze",
        title="Where the eyes look",
        detector="iris (places of the irises between the corners of the lids)",
        tables=((_found(looks),) if looks else ()) + ((_turned(turns),) if turns else ()),
        wrong=tuple(f"{look.file.name}: no eyes were found" for look in looks if look.eyes is None),
        unmeasured=(*_reasons(files), *unread),
    )


def _looked(
    file: Labelled, observer: LandmarkObserver, irises: IrisDetector, unread: list[str]
) -> Looked | None:
    try:
        frame = Frame.of(file.picture())
    except ManifestRefused as reason:
        unread.append(str(reason))
        return None
    look = look_into_eyes(frame, observer.observe_landmarks(frame), irises)
    return Looked(file, _point(file.label), None if look is None else look.features)


def _point(label: str) -> tuple[float, float] | None:
    found = ON_SCREEN.search(label)
    if found is None:
        return None
    x_px, y_px, width_px, height_px = (int(number) for number in found.groups())
    return (x_px / width_px, y_px / height_px) if width_px and height_px else None


def _turns(looks: Sequence[Looked]) -> Iterable[Turn]:
    """Every two looks of one person at points that lie apart, each taken against the other as at rest."""
    for first, second in combinations(looks, 2):
        if first.file.subject != second.file.subject:
            continue
        if first.eyes is None or second.eyes is None or first.point is None or second.point is None:
            continue
        across, down = second.point[0] - first.point[0], second.point[1] - first.point[1]
        answer = hint(second.eyes, first.eyes).value
        # The person's right is the picture's left.
        moved_right, moved_down = first.eyes.u - second.eyes.u, second.eyes.v - first.eyes.v
        if abs(across) >= APART:
            side = "right" if across > 0 else "left"
            yield Turn("to a side", (moved_right > 0) == (across > 0), answer == side)
        if abs(down) >= APART:
            yield Turn("up or down", (moved_down > 0) == (down > 0), (answer == "down") if down > 0 else None)


def _found(looks: Sequence[Looked]) -> Table:
    rows = (
        (kind, rate(Rate.among(look.eyes is not None for look in looks if look.file.kind == kind)))
        for kind in dict.fromkeys(look.file.kind for look in looks)
    )
    return Table("Eyes wide enough to be judged", ("kind", "pictures with eyes"), tuple(rows))


def _turned(turns: Sequence[Turn]) -> Table:
    rows = (
        (
            axis,
            rate(Rate.among(turn.irises for turn in turns if turn.axis == axis)),
            rate(Rate.among(turn.hinted for turn in turns if turn.axis == axis and turn.hinted is not None)),
        )
        for axis in dict.fromkeys(turn.axis for turn in turns)
    )
    columns = ("the point moved", "irises moved with it", "the hint without a calibration said so")
    return Table("Two looks of one person at one screen", columns, tuple(rows))


def _reasons(files: Sequence[Labelled]) -> tuple[str, ...]:
    most, pictures = Counter(file.subject for file in files).most_common(1)[0]
    people = len({file.subject for file in files})
    return (
        f"the error of a fit: pictures: {len(files)}, people: {people}, of one person at most {pictures} "
        f"({most}); a fit needs {CALIBRATION_LOOKS} looks of one person at known points, and more to be "
        "tested on",
        "how often looking off the screen is found, or found wrongly: no recording here says where somebody "
        "looked while working at a screen",
    )

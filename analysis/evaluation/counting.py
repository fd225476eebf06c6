"""How many faces: nobody, one, or several, on every picture whose label counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from analysis.baseline import Baseline
from analysis.evaluation.findings import UNKNOWN, Section, Table, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import Confusion, Rate
from analysis.frames import Frame
from analysis.observations import Observation

CLASSES = ("0", "1", "2+", UNKNOWN)
VIDEO_KINDS = frozenset({"face_count_video", "single_person_video"})


class Observer(Protocol):
    """What looks at pictures: `analysis.pipeline.Pipeline`."""

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Observation: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """One picture: its label's count (`at_least` where the label says `7+`), and the answer or unknown."""

    file: Labelled
    faces: int
    at_least: bool
    answer: int | None

    @property
    def exact(self) -> bool:
        if self.answer is None:
            return False
        return self.answer >= self.faces if self.at_least else self.answer == self.faces

    @property
    def classes(self) -> tuple[str, str]:
        return face_class(self.faces), face_class(self.answer)


def face_class(faces: int | None) -> str:
    if faces is None:
        return UNKNOWN
    return "2+" if faces > 1 else str(faces)


def pictures_with_counts(manifest: Manifest) -> tuple[Labelled, ...]:
    """Every picture whose label says how many faces it shows."""
    return tuple(file for file in manifest.with_word("faces") if file.kind not in VIDEO_KINDS)


def measure_counts(manifest: Manifest, observer: Observer) -> Section | None:
    """Right classes and right counts by kind of picture; `None` where nothing is labelled with counts."""
    counted, unread = [], []
    for file in pictures_with_counts(manifest):
        try:
            counted.append(_counted(file, observer))
        except ManifestRefused as reason:
            unread.append(str(reason))
    if not counted:
        return None
    return Section(
        kind="face_count",
        title="Number of faces in a picture",
        detector="faces (BlazeFace full range)",
        tables=(_by_kind(counted), _confusion(counted)),
        notes=(
            "A class is nobody, one, or several; unknown is an answer of its own and never counts as right.",
            *_unknown(counted),
        ),
        wrong=tuple(_wrong(one) for one in counted if not one.exact and one.answer is not None),
        unmeasured=tuple(unread),
    )


def _counted(file: Labelled, observer: Observer) -> Counted:
    faces, word = file.number("faces"), file.word("faces") or ""
    if faces is None:
        raise ManifestRefused(f"{file.name}: '{word}' is no number of faces")
    answer = observer.observe(Frame.of(file.picture())).face_count
    return Counted(file, int(faces), word.endswith("+"), answer)


def _by_kind(counted: Sequence[Counted]) -> Table:
    kinds = list(dict.fromkeys(one.file.kind for one in counted))
    rows = [_kind_row(kind, [one for one in counted if one.file.kind == kind]) for kind in kinds]
    columns = ("kind", "right class", "wrong class", "unknown", "right count")
    return Table("Pictures by kind", columns, (*rows, _kind_row("all", counted)))


def _kind_row(kind: str, counted: Sequence[Counted]) -> tuple[str, ...]:
    confusion = Confusion(tuple(one.classes for one in counted))
    exact = Rate.among(one.exact for one in counted)
    wrong, unknown = confusion.wrong(UNKNOWN), confusion.unknown(UNKNOWN)
    return kind, rate(confusion.right), rate(wrong), rate(unknown), rate(exact)


def _confusion(counted: Sequence[Counted]) -> Table:
    confusion = Confusion(tuple(one.classes for one in counted))
    return Table("True class (rows) and answer (columns)", ("faces", *CLASSES), confusion.rows(CLASSES))


def _unknown(counted: Sequence[Counted]) -> tuple[str, ...]:
    names = [one.file.name for one in counted if one.answer is None]
    return (f"Unknown: {', '.join(names)}.",) if names else ()


def _wrong(one: Counted) -> str:
    return f"{one.file.name}: {one.faces}{'+' if one.at_least else ''} faces, answered {one.answer}"

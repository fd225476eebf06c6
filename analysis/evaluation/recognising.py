"""The same person or another: every pair of labelled pictures, with the thresholds that exams use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from analysis.detectors.base import Image
from analysis.detectors.embedding import Embedding
from analysis.evaluation.counting import Observer
from analysis.evaluation.findings import NOTHING, Section, Table, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import Rate, auc, percentile
from analysis.face_limits import SURELY_DIFFERENT, THRESHOLD
from analysis.frames import Frame
from analysis.identity import Look, Template, compare, look
from analysis.observations import Box

KINDS = ("identity",)


class Embedder(Protocol):
    """What turns a face into numbers: `analysis.detectors.embedding.FaceEmbeddings`."""

    def embed(self, image: Image, box: Box) -> Embedding | None: ...


@dataclass(frozen=True, slots=True)
class Portrait:
    """One picture; `seen` is `None` where it shows no single face that could be embedded."""

    file: Labelled
    seen: Look | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures: whether one person is on both, their cosine, and whether an exam would trust it."""

    first: Labelled
    second: Labelled
    same: bool
    score: float
    known: bool


def measure_identity(manifest: Manifest, observer: Observer, embedder: Embedder) -> Section | None:
    """All pairs of pictures that name their subject; `None` where fewer than two can be compared."""
    portraits: list[Portrait] = []
    unread: list[str] = []
    for file in manifest.of_kind(*KINDS):
        try:
            portraits.append(portrait(file, observer, embedder))
        except ManifestRefused as reason:
            unread.append(str(reason))
    found = pairs(portraits)
    if not found:
        return None
    unseen = [one.file.name for one in portraits if one.seen is None]
    return Section(
        kind="identity",
        title="The same person or another",
        detector="embedding (face-reidentification-retail 0095)",
        tables=(_decisions(found), _scores(found)),
        notes=_notes(portraits, found),
        wrong=tuple(_wrong(pair) for pair in found if pair.known and _is_wrong(pair)),
        unmeasured=(
            *unread,
            *(f"{name}: no single face to compare" for name in unseen),
            "twins and siblings, years between pictures, and people unlike those on these pictures",
        ),
    )


def pairs(portraits: Sequence[Portrait]) -> tuple[Pair, ...]:
    """Each two pictures that can be compared; the cosine is the same either way."""
    able = [one for one in portraits if one.file.subject and one.seen and one.seen.embedding]
    return tuple(_pair(first, second) for first, second in combinations(able, 2))


def _pair(first: Portrait, second: Portrait) -> Pair:
    assert first.seen is not None
    assert second.seen is not None
    assert first.seen.embedding is not None
    template = Template(tuple(float(value) for value in first.seen.embedding.vector), frames=1)
    reading = compare(template, second.seen)
    enough = min(first.seen.quality, second.seen.quality) >= 0.5
    same = first.file.subject == second.file.subject
    return Pair(first.file, second.file, same, reading.value or 0.0, enough)


def portrait(file: Labelled, observer: Observer, embedder: Embedder) -> Portrait:
    image = file.picture()
    seen = observer.observe(Frame.of(image))
    if seen.face_count != 1:
        return Portrait(file, None)
    embedding = embedder.embed(image, seen.faces[0].box_px)
    return Portrait(file, look(seen, embedding) if embedding else None)


def _decisions(found: Sequence[Pair]) -> Table:
    rows = []
    for name, chosen in (("trusted by an exam", [pair for pair in found if pair.known]), ("all", found)):
        same = [pair.score for pair in chosen if pair.same]
        other = [pair.score for pair in chosen if not pair.same]
        rows.append(
            (
                name,
                rate(Rate.among(score < SURELY_DIFFERENT for score in same)),
                rate(Rate.among(score < THRESHOLD for score in same)),
                rate(Rate.among(score >= THRESHOLD for score in other)),
            )
        )
    columns = (
        "pairs",
        f"same person, called another (below {SURELY_DIFFERENT:g})",
        f"same person, not confirmed (below {THRESHOLD:g})",
        f"another person, taken for the same (from {THRESHOLD:g})",
    )
    return Table("Decisions on single pictures", columns, tuple(rows))


def _scores(found: Sequence[Pair]) -> Table:
    rows = []
    for name, same in (("same person", True), ("another person", False)):
        scores = [pair.score for pair in found if pair.same is same]
        ends = [f"{percentile(scores, share):.2f}" for share in (0.0, 0.5, 1.0)] if scores else [NOTHING] * 3
        rows.append((name, str(len(scores)), *ends))
    return Table("Cosines of all pairs", ("pairs", "number", "least", "median", "most"), tuple(rows))


def _notes(portraits: Sequence[Portrait], found: Sequence[Pair]) -> tuple[str, ...]:
    same = [pair.score for pair in found if pair.same]
    other = [pair.score for pair in found if not pair.same]
    people = len({one.file.subject for one in portraits})
    words = (
        f"{len(portraits)} pictures of {people} people. Pairs share pictures, so they are not independent "
        "and the intervals are too narrow. An exam asks for three scores in a row before it says anything."
    )
    if not same or not other:
        return (words,)
    return (words, f"A pair of one person tops a pair of two with an AUC of {auc(same, other):.4f}.")


def _is_wrong(pair: Pair) -> bool:
    return pair.score < SURELY_DIFFERENT if pair.same else pair.score >= THRESHOLD


def _wrong(pair: Pair) -> str:
    truth = "the same person" if pair.same else "two people"
    return f"{pair.first.name} and {pair.second.name}: {truth}, {pair.score:.2f}"

"""Eyes open or closed, on pictures whose label says so (`eyes=open`, `eyes=closed`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.baseline import Baseline, BaselineBuilder
from analysis.evaluation.counting import Observer
from analysis.evaluation.findings import UNKNOWN, Section, Table, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import Confusion, auc
from analysis.frames import Frame
from analysis.observations import signals

OPEN, CLOSED = "open", "closed"
CLASSES = (OPEN, CLOSED, UNKNOWN)
FIXED_EAR = 0.18
"""The limit that other programs use for everybody; a row to compare with."""


@dataclass(frozen=True, slots=True)
class Lids:
    """One picture: the truth, the aspect ratio without a baseline, and the answer against the own eye."""

    file: Labelled
    truth: str
    ear: float | None
    answer: str


def measure_lids(manifest: Manifest, observer: Observer) -> Section:
    """Answers against the person's own open eyes: each person's first open picture is their camera check."""
    files = [file for file in manifest.with_word("eyes") if file.word("eyes") in (OPEN, CLOSED)]
    unread: list[str] = []
    seen: list[Lids] = []
    for subject in dict.fromkeys(file.subject for file in files):
        seen += _person([file for file in files if file.subject == subject], observer, unread)
    missing = tuple(
        f"no picture is labelled eyes={state}" for state in (OPEN, CLOSED) if not _any(seen, state)
    )
    return Section(
        kind="eyes",
        title="Eyes closed",
        detector="eyes (eyelids against the person's own open eyes)",
        tables=(_answers(seen),) if seen else (),
        notes=_separation(seen),
        wrong=tuple(
            f"{one.file.name}: {one.truth}, answered {one.answer}" for one in seen if one.truth != one.answer
        ),
        unmeasured=(*missing, *unread),
    )


def _person(files: Sequence[Labelled], observer: Observer, unread: list[str]) -> list[Lids]:
    baseline: Baseline | None = None
    found: list[Lids] = []
    for file in sorted(files, key=lambda one: one.word("eyes") != OPEN):
        try:
            frame = Frame.of(file.picture())
        except ManifestRefused as reason:
            unread.append(str(reason))
            continue
        plain = observer.observe(frame)
        if baseline is None and file.word("eyes") == OPEN:
            builder = BaselineBuilder(needed_frames=1)
            baseline = builder.build() if builder.add(plain).complete else None
            continue
        closed = signals(observer.observe(frame, baseline))["eyes_closed"] if baseline else None
        answer = UNKNOWN if closed is None else CLOSED if closed else OPEN
        candidate = plain.candidate
        found.append(Lids(file, file.word("eyes") or "", candidate.ear if candidate else None, answer))
    return found


def _any(seen: Sequence[Lids], truth: str) -> bool:
    return any(one.truth == truth for one in seen)


def _answers(seen: Sequence[Lids]) -> Table:
    ours = Confusion(tuple((one.truth, one.answer) for one in seen))
    fixed = Confusion(tuple((one.truth, _by_limit(one.ear)) for one in seen))
    rows = tuple(
        (name, truth, *cells)
        for name, confusion in (("own open eye", ours), (f"fixed limit {FIXED_EAR:g}", fixed))
        for truth, *cells in confusion.rows(CLASSES)
    )
    return Table("Truth and answer", ("rule", "truth", *CLASSES), rows)


def _by_limit(ear: float | None) -> str:
    return UNKNOWN if ear is None else CLOSED if ear < FIXED_EAR else OPEN


def _separation(seen: Sequence[Lids]) -> tuple[str, ...]:
    opened = [one.ear for one in seen if one.truth == OPEN and one.ear is not None]
    closed = [one.ear for one in seen if one.truth == CLOSED and one.ear is not None]
    if not opened or not closed:
        return ()
    ours = Confusion(tuple((one.truth, one.answer) for one in seen))
    separation = auc(opened, closed)
    return (
        f"Right {rate(ours.right)}. An open eye's ratio tops a closed one's in {separation:.3f} of pairs.",
    )

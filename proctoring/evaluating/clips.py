"""Labelled clips through the default policy: counts of faces frame by frame, and false alarms an hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.evaluation.counting import CLASSES, VIDEO_KINDS, face_class
from analysis.evaluation.findings import UNKNOWN, Section, Table, per_hour, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import Confusion, PerHour
from analysis.risk.policy import Policy
from proctoring.footage import Footage, FootageRefused
from proctoring.results import FlagResult

Watch = Callable[[Labelled], Footage]
EXPECTED_BY_FACES = {0: frozenset({"NO_FACE", "AWAY"}), 1: frozenset[str](), 2: frozenset({"MULTIPLE_FACES"})}
TURNS_AWAY = "head_yaw_sweep"
"""A word of the label: this person turns the head away, so that a flag for it is right."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: its frames' true and answered classes, how long it is, and the flags its label denies."""

    file: Labelled
    classes: tuple[tuple[str, str], ...]
    duration_ms: int
    flags: tuple[FlagResult, ...]
    false: tuple[FlagResult, ...]
    own_normal: bool


def measure_clips(manifest: Manifest, policy: Policy, watch: Watch) -> Section | None:
    """Every clip with a count of faces in its label; `None` where there is none."""
    clips: list[Clip] = []
    unread: list[str] = []
    for file in manifest.of_kind(*sorted(VIDEO_KINDS)):
        faces = file.number("faces")
        if faces is None:
            continue
        try:
            clips.append(_clip(file, int(faces), watch(file)))
        except (FootageRefused, ManifestRefused) as reason:
            unread.append(str(reason))
    if not clips:
        return None
    kinds = list(dict.fromkeys(clip.file.kind for clip in clips))
    rows = tuple(_row(kind, [clip for clip in clips if clip.file.kind == kind]) for kind in kinds)
    columns = ("kind", "clips", "seconds", "frames with the right class", "frames wrong", "frames unknown")
    alarms = ("kind", "false alarms", "an hour (95 %)")
    return Section(
        kind="clips",
        title="Clips through the policy",
        detector=f"the whole way at 2 frames a second, policy {policy.name}",
        tables=(
            Table("Faces frame by frame", columns, rows),
            _confusion(clips),
            Table("False alarms", alarms, tuple(_alarms(kind, clips) for kind in (*kinds, "all"))),
        ),
        notes=_notes(clips),
        wrong=tuple(_false(clip, flag) for clip in clips for flag in clip.false),
        unmeasured=(*unread, *_unmeasured(clips)),
    )


def _clip(file: Labelled, faces: int, footage: Footage) -> Clip:
    counts = [
        record.values["face_count"]
        for record in footage.records
        if record.stream == "video" and record.values
    ]
    answers = [count if isinstance(count, int) else None for count in counts]
    expected = EXPECTED_BY_FACES[min(faces, 2)] | (
        {"LOOKING_AWAY"} if TURNS_AWAY in file.label else frozenset()
    )
    return Clip(
        file=file,
        classes=tuple((face_class(faces), face_class(answer)) for answer in answers),
        duration_ms=footage.result.duration_ms,
        flags=footage.result.flags,
        false=tuple(flag for flag in footage.result.flags if flag.rule not in expected),
        own_normal=footage.baseline is not None,
    )


def _row(kind: str, clips: Sequence[Clip]) -> tuple[str, ...]:
    confusion = Confusion(tuple(pair for clip in clips for pair in clip.classes))
    seconds = sum(clip.duration_ms for clip in clips) / 1000
    shares = (confusion.right, confusion.wrong(UNKNOWN), confusion.unknown(UNKNOWN))
    return kind, str(len(clips)), f"{seconds:.0f}", *(rate(share) for share in shares)


def _confusion(clips: Sequence[Clip]) -> Table:
    confusion = Confusion(tuple(pair for clip in clips for pair in clip.classes))
    columns = ("faces", *CLASSES)
    return Table("Frames: true class (rows) and answer (columns)", columns, confusion.rows(CLASSES))


def _alarms(kind: str, clips: Sequence[Clip]) -> tuple[str, ...]:
    chosen = [clip for clip in clips if kind in (clip.file.kind, "all")]
    false = sum(len(clip.false) for clip in chosen)
    watched_ms = sum(clip.duration_ms for clip in chosen)
    return kind, str(false), per_hour(PerHour(false, watched_ms)) if watched_ms else "-"


def _notes(clips: Sequence[Clip]) -> tuple[str, ...]:
    right = sorted(
        {flag.rule for clip in clips for flag in clip.flags} - {f.rule for c in clips for f in c.false}
    )
    raised = f" Raised where the label says so: {', '.join(right)}." if right else ""
    return (
        "A flag is false where the clip's label does not say what it says. Frames of one clip resemble each "
        f"other, so the intervals over frames are narrower than they should be.{raised}",
    )


def _false(clip: Clip, flag: FlagResult) -> str:
    return f"{clip.file.name}: {flag.rule} at {flag.t_ms / 1000:.1f} s"


def _unmeasured(clips: Sequence[Clip]) -> tuple[str, ...]:
    without = sum(not clip.own_normal for clip in clips)
    hours = sum(clip.duration_ms for clip in clips) / 3_600_000
    short = (
        (
            f"{without} of {len(clips)} clips are too short or their person too far away for a camera check: "
            "their eyes stay unknown, and poses are against the camera",
        )
        if without
        else ()
    )
    return (*short, f"alarms in a whole exam: all clips together are {60 * hours:.1f} minutes")

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
WORD_OF = {
    "OTHER_SCREEN": "screens",
    "BOOK": "books",
    "SPEECH": "speech",
    "SPEECH_LONG": "speech",
    "SECOND_VOICE": "speech",
}
"""Rules that only a label with this word can deny: most clips were not labelled for them."""
TURNING = frozenset({"LOOKING_AWAY"})
TURNS_AWAY = "head_yaw_sweep"
"""A word of the label: this person turns the head away, so that a flag for it is right."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: its frames' true and answered classes, and flags as its label has them."""

    file: Labelled
    classes: tuple[tuple[str, str], ...]
    duration_ms: int
    right: tuple[FlagResult, ...]
    false: tuple[FlagResult, ...]
    unlabelled: tuple[FlagResult, ...]
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
    videos = [record.values for record in footage.records if record.stream == "video" and record.values]
    answers = [count if isinstance(count := values["face_count"], int) else None for values in videos]
    expected = EXPECTED_BY_FACES[min(faces, 2)] | (TURNING if TURNS_AWAY in file.label else frozenset())
    flags = footage.result.flags
    denied = [flag for flag in flags if flag.rule not in WORD_OF or file.word(WORD_OF[flag.rule])]
    return Clip(
        file=file,
        classes=tuple((face_class(faces), face_class(answer)) for answer in answers),
        duration_ms=footage.result.duration_ms,
        right=tuple(flag for flag in denied if flag.rule in expected),
        false=tuple(flag for flag in denied if flag.rule not in expected),
        unlabelled=tuple(flag for flag in flags if flag not in denied),
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
    right = sorted({flag.rule for clip in clips for flag in clip.right})
    raised = f" Raised where the label says so: {', '.join(right)}." if right else ""
    unlabelled = sorted({f"{flag.rule} in {clip.file.name}" for clip in clips for flag in clip.unlabelled})
    words = (
        "A flag is false where the clip's label does not say what it says. Frames of one clip resemble each "
        f"other, so the intervals over frames are narrower than they should be.{raised}"
    )
    if not unlabelled:
        return (words,)
    return words, f"Not judged, because the labels do not speak of it: {', '.join(unlabelled)}."


def _false(clip: Clip, flag: FlagResult) -> str:
    return f"{clip.file.name}: {flag.rule} at {flag.t_ms / 1000:.1f} s"


def _unmeasured(clips: Sequence[Clip]) -> tuple[str, ...]:
    minutes = sum(clip.duration_ms for clip in clips) / 60_000
    whole = f"alarms in a whole exam: all clips together are {minutes:.1f} minutes"
    without = sum(not clip.own_normal for clip in clips)
    if not without:
        return (whole,)
    short = (
        f"{without} of {len(clips)} clips are too short or their person too far away for a camera check: "
        "their eyes stay unknown, and poses are against the camera"
    )
    return short, whole

"""Speech by seconds of sound: recordings of one voice, of meetings whose speech is marked, and of typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.audio.speech import SPEAKS_MS, WITHIN_MS
from analysis.audio.track import sound_windows
from analysis.audio.vad import RATE_HZ, VoiceDetector
from analysis.audio.windows import WINDOW_MS, ListeningState, listen
from analysis.evaluation.findings import NOTHING, Section, Table, per_hour, rate
from analysis.evaluation.manifest import Labelled, Manifest, ManifestRefused
from analysis.evaluation.statistics import PerHour, Rate, auc
from analysis.video import VideoRefused

SPOKEN_KINDS = ("voice_single", "voice_mixed")
SILENT_KINDS = ("no_speech",)
MARKED_KINDS = ("voice_multi",)
MARKED_MS = 30_000
"""The sets of meetings mark their first 30 seconds only."""
SPOKEN_SHARE = 0.5
"""A second counts as speech from this share of marked speech on, as silent only without any."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Second:
    """One window: from when, how long, the answer, the part that was heard as speech, and the marked part."""

    t_ms: int
    length_ms: int
    speaks: bool | None
    share: float | None
    marked: float | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording, second by second."""

    file: Labelled
    seconds: tuple[Second, ...]

    @property
    def length_ms(self) -> int:
        return sum(second.length_ms for second in self.seconds)

    @property
    def spoke(self) -> bool:
        return any(second.speaks for second in self.seconds)

    @property
    def begins(self) -> int:
        """How many times speaking begins."""
        answers = [bool(second.speaks) for second in self.seconds]
        return sum(now and not before for before, now in zip([False, *answers], answers, strict=False))


def measure_voices(manifest: Manifest, detector: VoiceDetector) -> Section | None:
    """Speech found and speech invented; `None` without recordings of sound."""
    heard: list[Heard] = []
    unread: list[str] = []
    for file in manifest.of_kind(*SPOKEN_KINDS, *SILENT_KINDS, *MARKED_KINDS):
        try:
            heard.append(hear(file, detector))
        except (ManifestRefused, VideoRefused) as reason:
            unread.append(str(reason))
    if not heard:
        return None
    return Section(
        kind="audio",
        title="Speech",
        detector=f"voice ({detector.version})",
        tables=(_recordings(heard), _seconds(heard)),
        notes=_notes(heard),
        wrong=tuple(_wrong(one) for one in heard if one.spoke != expected(one)),
        unmeasured=(
            *unread,
            "whispering, loudspeakers and voices behind a wall, which no recording here is labelled with",
            "who speaks; how many speak is measured under several voices",
        ),
    )


def expected(one: Heard) -> bool:
    """Whether speaking should be heard: marks must hold 1.5 s of speech in 5 s, as the detector asks for."""
    marks = [second.marked * second.length_ms for second in one.seconds if second.marked is not None]
    if one.file.kind not in MARKED_KINDS or not marks:
        return one.file.kind not in SILENT_KINDS
    within = WITHIN_MS // WINDOW_MS
    return any(sum(marks[start : start + within]) >= SPEAKS_MS for start in range(len(marks)))


def hear(file: Labelled, detector: VoiceDetector) -> Heard:
    """One recording from its beginning, with the share of each second that its `.rttm` file marks.

    Raises:
        ManifestRefused: for a file that is missing.
        VideoRefused: for a file that cannot be read.
    """
    beside = file.beside(".rttm")
    spans = marked_speech(beside) if beside else None
    state: ListeningState | None = None
    seconds: list[Second] = []
    for window in sound_windows(file.existing()):
        listened = listen(window, detector, state)
        state = listened.state
        length_ms = round(1000 * len(window.samples) / RATE_HZ)
        marked = None
        if spans is not None and window.t_ms + length_ms <= MARKED_MS:
            marked = _covered(spans, window.t_ms, length_ms)
        sound = listened.sound
        seconds.append(Second(window.t_ms, length_ms, sound.speech.known, sound.speech_share.known, marked))
    return Heard(file, tuple(seconds))


def marked_speech(path: Path) -> list[Span]:
    """Stretches of speech (from_ms, to_ms) of an RTTM file, one or more voices, joined and in order.

    Raises:
        VideoRefused: for a file that is not one.

    Source: NIST Rich Transcription 2009, "RTTM File Format".
    """
    spans = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = line.split()
            if fields and fields[0] == "SPEAKER":
                start_ms = round(1000 * float(fields[3]))
                spans.append((start_ms, start_ms + round(1000 * float(fields[4]))))
    except (ValueError, IndexError, OSError) as reason:
        raise VideoRefused(f"{path.name}: this is no list of speakers") from reason
    joined: list[Span] = []
    for start_ms, end_ms in sorted(spans):
        if joined and start_ms <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_ms))
        else:
            joined.append((start_ms, end_ms))
    return joined


def _covered(spans: Sequence[Span], t_ms: int, length_ms: int) -> float:
    inside = sum(max(0, min(end, t_ms + length_ms) - max(start, t_ms)) for start, end in spans)
    return inside / length_ms


def _recordings(heard: Sequence[Heard]) -> Table:
    rows = []
    for kind in dict.fromkeys(one.file.kind for one in heard):
        chosen = [one for one in heard if one.file.kind == kind]
        found = Rate.among(one.spoke for one in chosen)
        length_ms = sum(one.length_ms for one in chosen)
        false = NOTHING
        if kind in SILENT_KINDS:
            false = per_hour(PerHour(sum(one.begins for one in chosen), length_ms))
        rows.append((kind, str(len(chosen)), f"{length_ms / 1000:.0f}", rate(found), false))
    columns = ("kind", "recordings", "seconds", "with speech heard", "times speech was invented, an hour")
    return Table("Recordings", columns, tuple(rows))


def _seconds(heard: Sequence[Heard]) -> Table:
    known = [second for one in heard for second in one.seconds if second.marked is not None]
    spoken = [second for second in known if (second.marked or 0.0) >= SPOKEN_SHARE]
    silent = [second for second in known if second.marked == 0.0]
    rows = (
        ("at least half speech", rate(Rate.among(second.speaks is True for second in spoken))),
        ("no speech", rate(Rate.among(second.speaks is True for second in silent))),
    )
    return Table("Seconds of the marked recordings", ("marked as", "heard as part of speaking"), rows)


def _notes(heard: Sequence[Heard]) -> tuple[str, ...]:
    known = [second for one in heard for second in one.seconds if second.share is not None]
    spoken = [s.share for s in known if s.share is not None and (s.marked or 0.0) >= SPOKEN_SHARE]
    silent = [s.share for s in known if s.share is not None and s.marked == 0.0]
    words = (
        "A second is part of speaking where it holds speech and the last five seconds hold 1.5 s of it, so "
        "the first words of a turn are left out on purpose.",
    )
    if not spoken or not silent:
        return words
    told = f"The share of speech tells marked from silent seconds with an AUC of {auc(spoken, silent):.3f}."
    return (*words, told)


def _wrong(one: Heard) -> str:
    return f"{one.file.name}: {'speech was invented' if one.spoke else 'no speech was heard'}"

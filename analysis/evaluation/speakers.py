"""Several voices: people who speak alone, the same people one after the other, and meetings as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.audio.hearing import Ears, hear
from analysis.audio.track import read_sound
from analysis.audio.vad import Samples
from analysis.audio.voices import APART, VoiceMemory
from analysis.audio.windows import LEAST_SAMPLES, WINDOW_MS, WINDOW_SAMPLES, ListeningState, Window
from analysis.evaluation.findings import NOTHING, Section, Table, rate
from analysis.evaluation.manifest import Manifest, ManifestRefused
from analysis.evaluation.statistics import Rate, auc
from analysis.evaluation.voices import MARKED_MS
from analysis.video import VideoRefused

ALONE_KIND, MEETING_KIND = "voice_single", "voice_multi"
_MARKED_SAMPLES = MARKED_MS * WINDOW_SAMPLES // WINDOW_MS


@dataclass(frozen=True, slots=True)
class Told:
    """One recording: how many voices are in it (1, or 2 for more), and the greatest distance between groups.

    `distance` is `None` where there was too little speech for any answer.
    """

    name: str
    voices: int
    distance: float | None

    @property
    def several(self) -> bool:
        return self.distance is not None and self.distance >= APART


def measure_speakers(manifest: Manifest, ears: Ears) -> Section | None:
    """Voices told apart; `None` without recordings of voices."""
    unread: list[str] = []
    people = _people(manifest, unread)
    names = list(people)
    alone = [_told(f"{name} alone", 1, np.concatenate(people[name]), ears) for name in names]
    pairs = list(zip(names, names[1:] + names[:1], strict=True)) if len(names) > 1 else []
    turns = [
        _told(f"{one}, then {two}", 2, np.concatenate((people[one][0], people[two][0])), ears)
        for one, two in pairs
    ]
    meetings = _meetings(manifest, ears, unread)
    if not alone and not meetings:
        return None
    return Section(
        kind="speakers",
        title="Several voices",
        detector=f"voices ({ears.speakers.version if ears.speakers else NOTHING})",
        tables=(_table(alone, turns, meetings),),
        notes=_notes(alone, turns, meetings),
        wrong=tuple(_wrong(one) for one in (*alone, *turns, *meetings) if one.several != (one.voices > 1)),
        unmeasured=(
            *unread,
            "voices at the same moment, of relatives, from another room or out of a loudspeaker, and one "
            "person's voice at the beginning and at the end of a long exam",
            "a voice from off camera, while the candidate's lips keep still: no clip shows a person speak",
        ),
    )


def greatest_distance(sound: Samples, ears: Ears) -> float | None:
    """The greatest answer over (n,) samples in seconds, heard as a live session's are."""
    state: ListeningState | None = None
    voices: VoiceMemory | None = None
    answers: list[float] = []
    for second, start in enumerate(range(0, len(sound) - LEAST_SAMPLES + 1, WINDOW_SAMPLES)):
        window = Window(second * WINDOW_MS, sound[start : start + WINDOW_SAMPLES])
        heard = hear(window, ears, state, voices)
        state, voices = heard.state, heard.voices
        distance = heard.signals["voice_distance"]
        if isinstance(distance, float):
            answers.append(distance)
    return max(answers, default=None)


def _people(manifest: Manifest, unread: list[str]) -> dict[str, list[Samples]]:
    people: dict[str, list[Samples]] = {}
    for file in manifest.of_kind(ALONE_KIND):
        try:
            sound = read_sound(file.existing())
        except (ManifestRefused, VideoRefused) as reason:
            unread.append(str(reason))
        else:
            people.setdefault(file.subject or file.name, []).append(sound)
    return people


def _meetings(manifest: Manifest, ears: Ears, unread: list[str]) -> list[Told]:
    told = []
    for file in manifest.of_kind(MEETING_KIND):
        count = file.number("speakers")
        if count is None:
            continue
        try:
            sound = read_sound(file.existing())[:_MARKED_SAMPLES]
        except (ManifestRefused, VideoRefused) as reason:
            unread.append(str(reason))
        else:
            told.append(_told(file.name, min(2, int(count)), sound, ears))
    return told


def _told(name: str, voices: int, sound: Samples, ears: Ears) -> Told:
    return Told(name, voices, greatest_distance(sound, ears))


def _table(alone: Sequence[Told], turns: Sequence[Told], meetings: Sequence[Told]) -> Table:
    groups = (
        ("one person alone", alone),
        ("two of them, one after the other", turns),
        ("meetings with one voice", [one for one in meetings if one.voices == 1]),
        ("meetings with several voices", [one for one in meetings if one.voices > 1]),
    )
    rows = tuple(
        (
            what,
            str(len(of)),
            rate(Rate.among(one.several for one in of)),
            rate(Rate.among(one.distance is None for one in of)),
        )
        for what, of in groups
        if of
    )
    return Table("Recordings", ("what", "recordings", "told as several voices", "too little speech"), rows)


def _notes(alone: Sequence[Told], turns: Sequence[Told], meetings: Sequence[Told]) -> tuple[str, ...]:
    single = [_score(one) for one in (*alone, *meetings) if one.voices == 1]
    kinds = (
        ("all recordings", [*turns, *(one for one in meetings if one.voices > 1)]),
        ("people one after the other", turns),
        ("meetings recorded from afar", [one for one in meetings if one.voices > 1]),
    )
    told = [
        f"{what} {auc([_score(one) for one in several], single):.3f}"
        for what, several in kinds
        if several and single
    ]
    separation = f"AUC of the distance, several against one voice: {'; '.join(told)}."
    return (
        *((separation,) if told else ()),
        f"Two groups of stretches count as two voices from a distance of {APART} on, which was chosen on the "
        "development set; a recording with too little speech counts as one voice.",
        "Who speaks one after the other was joined from recordings of one person each. In most meetings the "
        "second voice never speaks alone for as long as one stretch.",
    )


def _score(one: Told) -> float:
    return one.distance or 0.0


def _wrong(one: Told) -> str:
    if one.several:
        return f"{one.name}: one voice was told as several ({one.distance:.2f})"
    if one.distance is None:
        return f"{one.name}: too little speech to tell several voices"
    return f"{one.name}: several voices were told as one ({one.distance:.2f})"

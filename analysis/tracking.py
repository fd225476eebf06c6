"""From single sightings to things that are there: a thing counts after three sightings in one place.

One look of a detector errs now and then, and hardly ever three times in the same place. What was in its
place at the camera check stays out of it for as long as it stays there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.objects import Found, ObjectLabel, persons_without_face
from analysis.observations import LOW_QUALITY, Box, Observation

WINDOW_MS = 10_000
LEAST_HITS = 3
LEAST_SHARE = 0.6
"""A thing that is there is seen in at least this share of the looks since it was first seen."""
SAME_PLACE = 0.3
THINGS: dict[str, ObjectLabel] = {
    "phone": "phone",
    "book": "book",
    "laptop": "laptop",
    "second_screen": "screen",
    "remote": "remote",
}
"""The signal of each thing: the screen that the candidate looks at is behind the camera, so it is another."""


@dataclass(frozen=True, slots=True)
class Track:
    """One thing through time: where it was last, when it was seen in the last ten seconds, and how sure."""

    label: ObjectLabel
    box_px: Box
    hits_ms: tuple[int, ...]
    looks_ms: tuple[int, ...]
    score: float

    @property
    def confirmed(self) -> bool:
        return len(self.hits_ms) >= LEAST_HITS and len(self.hits_ms) >= LEAST_SHARE * len(self.looks_ms)


@dataclass(frozen=True, slots=True)
class Tracks:
    """What is remembered between looks. `desk` is what lay around at the camera check."""

    tracks: tuple[Track, ...] = ()
    desk: tuple[Found, ...] = ()

    @property
    def unconfirmed(self) -> bool:
        """Whether something was seen that another look soon would settle."""
        return any(
            track.label != "person" and not track.confirmed and track.hits_ms[-1] == track.looks_ms[-1]
            for track in self.tracks
        )

    def confirmed(self, label: ObjectLabel) -> tuple[Track, ...]:
        return tuple(track for track in self.tracks if track.label == label and track.confirmed)


def remember_desk(tracks: Tracks, found: Sequence[Found]) -> Tracks:
    """Add what the camera check shows to what belongs there. People are never furniture."""
    things = [one for one in found if one.label != "person"]
    new = [one for one in things if not _on_desk(one, tracks.desk)]
    return replace(tracks, desk=(*tracks.desk, *new))


def follow(tracks: Tracks, found: Sequence[Found], t_ms: int) -> Tracks:
    """The tracks after one more look at `t_ms`: near sightings continue them, others begin new ones."""
    left = [one for one in found if not _on_desk(one, tracks.desk)]
    going = []
    for track in tracks.tracks:
        match = _best_match(track, left)
        if match is not None:
            left.remove(match)
        aged = _aged(track, match, t_ms)
        if aged.hits_ms:
            going.append(aged)
    begun = (Track(one.label, one.box_px, (t_ms,), (t_ms,), one.score) for one in left)
    return replace(tracks, tracks=(*going, *begun))


def object_signals(
    tracks: Tracks, found: Sequence[Found], observation: Observation
) -> dict[str, bool | int | None]:
    """The part of an `objects` record that things and people give; `None` where nobody could have seen it.

    Things are True once confirmed. `persons` counts this look; `persons_without_face` leaves the candidate
    out and is unknown where faces could not be counted.
    """
    if observation.camera.blocked or observation.camera.quality < LOW_QUALITY:
        return dict.fromkeys((*THINGS, "persons", "persons_without_face"))
    hidden = persons_without_face(found, observation.faces) if observation.face_count is not None else None
    things = {name: bool(tracks.confirmed(label)) for name, label in THINGS.items()}
    persons = sum(one.label == "person" for one in found)
    return {**things, "persons": persons, "persons_without_face": hidden}


def _best_match(track: Track, found: Sequence[Found]) -> Found | None:
    near = [
        one for one in found if one.label == track.label and one.box_px.overlap(track.box_px) >= SAME_PLACE
    ]
    return max(near, key=lambda one: (one.box_px.overlap(track.box_px), one.score), default=None)


def _aged(track: Track, match: Found | None, t_ms: int) -> Track:
    """The track with this look added and what is older than ten seconds forgotten."""
    hits_ms = (*track.hits_ms, t_ms) if match is not None else track.hits_ms
    looks_ms = (*track.looks_ms, t_ms)
    return Track(
        track.label,
        match.box_px if match is not None else track.box_px,
        tuple(hit for hit in hits_ms if 0 <= t_ms - hit <= WINDOW_MS),
        tuple(look for look in looks_ms if 0 <= t_ms - look <= WINDOW_MS),
        match.score if match is not None else track.score,
    )


def _on_desk(found: Found, desk: Sequence[Found]) -> bool:
    return any(
        found.label == thing.label and found.box_px.overlap(thing.box_px) >= SAME_PLACE for thing in desk
    )

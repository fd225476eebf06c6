"""What only a row of pictures tells: direction, movement, leaving, still faces, eyes, a standing picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from analysis.attention import Attention, attention
from analysis.baseline import Baseline
from analysis.blinks import EyeMinute, EyeWatch, watch_eyes
from analysis.footage_health import (
    LoopWatch,
    Signatures,
    Stillness,
    at_steady_rate,
    blurred,
    judge_loop,
    loop_due,
    signature,
    watch_still,
)
from analysis.leaving import Way, watch_leaving
from analysis.lips import LipWatch, watch_lips
from analysis.movement import Moved, Movement, MovementState, leaning, watch_movement
from analysis.observations import Face, Fingerprint, Observation, Scalar, signals
from analysis.still_faces import StillFace, marked, watch_stills

VERSION = 3
MOST_KEPT = 36_000
"""Pictures of a recording kept for comparison: twenty minutes at thirty a second."""
UNKNOWN: Mapping[str, Scalar] = {
    "movement": None,
    "excessive_movement": None,
    "leaning": None,
    "frozen": None,
    "looped": None,
    "blurred": None,
    "attention": None,
    "leaving": None,
    "static_faces": None,
    "perclos": None,
    "blinks_per_minute": None,
    "lips_moving": None,
}
"""The signals of a picture that came too late to be followed."""


@dataclass(frozen=True, slots=True)
class Track:
    """All that is kept of the pictures so far: small, and plain JSON, so that it survives a restart."""

    seq: int = 0
    t_ms: int = -1
    movement: MovementState = field(default_factory=MovementState)
    stillness: Stillness = field(default_factory=Stillness)
    loops: LoopWatch = field(default_factory=LoopWatch)
    attention: Attention | None = None
    way: Way = field(default_factory=Way)
    stills: tuple[StillFace, ...] = ()
    eyes: EyeWatch = field(default_factory=EyeWatch)
    lips: LipWatch = field(default_factory=LipWatch)

    def to_json(self) -> dict[str, Any]:
        picture = self.stillness.picture
        return {
            "version": VERSION,
            "seq": self.seq,
            "t_ms": self.t_ms,
            "movement": asdict(self.movement),
            "checksum": picture.checksum if picture else None,
            "luma": picture.luma.hex() if picture else "",
            "since_ms": self.stillness.since_ms,
            "loops": asdict(self.loops),
            "attention": self.attention,
            "way": asdict(self.way),
            "stills": [one.to_json() for one in self.stills],
            "eyes": self.eyes.to_json(),
            "lips": asdict(self.lips),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Track:
        """Read what `to_json` wrote; another version's is forgotten, and following begins anew.

        Raises:
            ValueError: for a missing or impossible value.
        """
        if stored.get("version") != VERSION:
            return cls()
        try:
            seen = stored["checksum"]
            picture = None if seen is None else Fingerprint(int(seen), bytes.fromhex(stored["luma"]))
            return cls(
                seq=int(stored["seq"]),
                t_ms=int(stored["t_ms"]),
                movement=_movement(stored["movement"]),
                stillness=Stillness(picture, int(stored["since_ms"])),
                loops=LoopWatch(**stored["loops"]),
                attention=stored["attention"],
                way=Way.from_json(stored["way"]),
                stills=tuple(StillFace.from_json(one) for one in stored["stills"]),
                eyes=EyeWatch.from_json(stored["eyes"]),
                lips=LipWatch.from_json(stored["lips"]),
            )
        except (KeyError, TypeError) as reason:
            raise ValueError(f"this is no track: {reason!r}") from reason


def _movement(stored: Mapping[str, Any]) -> MovementState:
    x_px, y_px = stored["centre_px"]
    return MovementState(
        t_ms=stored["t_ms"],
        centre_px=(float(x_px), float(y_px)),
        width_px=float(stored["width_px"]),
        steps=tuple(stored["steps"]),
        normal=tuple(stored["normal"]),
        unusual=tuple(Moved(**one) for one in stored["unusual"]),
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """`signals` belong into the picture's video record; `track` is what to keep."""

    track: Track
    signals: Mapping[str, Scalar]


def follow(
    track: Track,
    seen: Observation,
    *,
    seq: int,
    t_ms: int,
    baseline: Baseline | None,
    history: Callable[[], Signatures],
) -> Followed:
    """Take one more picture.

    The signals belong over those of the picture alone: faces that never move are taken out of its count, and
    a head that turned away is away until it is clearly back.

    Args:
        track: what the picture before left.
        seen: what the picture alone told.
        seq, t_ms: its number and capture time. One that was overtaken tells nothing; a clock that went back
            begins a new track.
        baseline: the candidate's own normal.
        history: gives the signatures of the pictures so far, this one among them, one second apart; asked
            once a minute.
    """
    if seq <= track.seq:
        return Followed(track, UNKNOWN)
    if t_ms <= track.t_ms:
        track = Track()
    stillness, frozen = _standing(track.stillness, seen, t_ms)
    stills = watch_stills(track.stills, seen.faces, t_ms)
    living = marked(stills, seen).living
    loops = track.loops
    if seen.fingerprint is not None and loop_due(loops, t_ms):
        loops = judge_loop(loops, t_ms, history())
    known = replace(track, seq=seq, t_ms=t_ms, stillness=stillness, loops=loops, stills=_kept(stills, frozen))
    followed, told = _follow_candidate(known, living, baseline)
    return Followed(
        followed,
        {
            **(signals(living) if len(living.faces) < len(seen.faces) else {}),
            **told,
            "frozen": frozen,
            "looped": loops.looped,
            "blurred": blurred(seen.camera, baseline.sharpness if baseline else None),
            "static_faces": None if seen.face_count is None else len(seen.faces) - len(living.faces),
        },
    )


def _follow_candidate(
    track: Track, living: Observation, baseline: Baseline | None
) -> tuple[Track, dict[str, Scalar]]:
    """The part of following that asks who sits there; `track` has the picture's time."""
    t_ms = track.t_ms
    face = living.candidate if living.face_count else None
    movement, moved = watch_movement(track.movement, face, t_ms)
    turned = _attention(track.attention, living, face)
    size_px = (living.width_px, living.height_px)
    way, left = watch_leaving(track.way, face, living.face_count, t_ms, size_px)
    eyes, minute = watch_eyes(track.eyes, face.eye_closure if face else None, t_ms)
    lips, moving = watch_lips(track.lips, face, t_ms)
    watched = replace(track, movement=movement, way=way, eyes=eyes, lips=lips)
    return replace(watched, attention=turned or track.attention), {
        "looking_away": None if turned is None else turned != "screen",
        **_moved_signals(moved),
        "leaning": leaning(face, baseline.face_width_px if baseline else None),
        "attention": turned,
        "leaving": left,
        **_eye_signals(minute),
        "lips_moving": moving,
    }


class Follower:
    """Follows one recording from its first picture to its last, everything in memory."""

    def __init__(self, baseline: Baseline | None) -> None:
        self._baseline = baseline
        self._track = Track()
        self._times_ms: deque[int] = deque(maxlen=MOST_KEPT)
        self._lumas: deque[bytes] = deque(maxlen=MOST_KEPT)

    def take(self, seen: Observation, *, seq: int, t_ms: int) -> Mapping[str, Scalar]:
        """The signals of the next picture; numbers and times rise."""
        if seen.fingerprint is not None:
            self._times_ms.append(t_ms)
            self._lumas.append(seen.fingerprint.luma)
        followed = follow(
            self._track, seen, seq=seq, t_ms=t_ms, baseline=self._baseline, history=self._history
        )
        self._track = followed.track
        return followed.signals

    def marked(self, seen: Observation) -> Observation:
        """The picture that was taken last, with its faces marked that never move."""
        return marked(self._track.stills, seen)

    def _history(self) -> Signatures:
        return at_steady_rate(list(self._times_ms), np.array([signature(luma) for luma in self._lumas]))


def _standing(state: Stillness, seen: Observation, t_ms: int) -> tuple[Stillness, bool | None]:
    # A covered lens gives the same black again and again; that the camera is blocked is said elsewhere.
    if seen.fingerprint is None or seen.camera.blocked:
        return Stillness(), None
    return watch_still(state, seen.fingerprint, t_ms)


def _moved_signals(moved: Movement) -> dict[str, Scalar]:
    speed = None if moved.speed is None else round(moved.speed, 3)
    return {"movement": speed, "excessive_movement": moved.excessive}


def _eye_signals(minute: EyeMinute) -> dict[str, Scalar]:
    share, rate = minute.perclos, minute.blinks_per_minute
    return {
        "perclos": None if share is None else round(share, 3),
        "blinks_per_minute": None if rate is None else round(rate, 1),
    }


def _kept(stills: tuple[StillFace, ...], frozen: bool | None) -> tuple[StillFace, ...]:
    # In a picture that stands everybody keeps still: that is no reason to count nobody.
    return tuple(one for one in stills if one.static) if frozen else stills


def _attention(before: Attention | None, seen: Observation, face: Face | None) -> Attention | None:
    if "mesh" in seen.unavailable:
        return None
    # Without the person's own neutral pose a raised camera alone reads as a raised head: nothing is held.
    return attention(before if seen.against_baseline else None, face, seen.width_px)

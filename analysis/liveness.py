"""A person and not a picture: the candidate turns the head to sides that nobody can know before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from analysis.face_limits import SURELY_DIFFERENT, THRESHOLD

Side = Literal["left", "right"]
State = Literal["asked", "passed", "failed"]
Ask = Literal["turn_left", "turn_right", "face_forward"]

TURNS = 2
TURN_DEG, STRAIGHT_DEG = 20.0, 12.0
WITHIN_MS = 10_000
"""For reading, turning and one good picture, at one picture a second."""
TRIES = 3


@dataclass(frozen=True, slots=True)
class Challenge:
    """Turns to the sides in order, each from a straight head, each within its time by the server's clock.

    `sides` are the person's own. `deadline_ms` is unset until the first picture after the question.
    """

    sides: tuple[Side, ...]
    done: int = 0
    centred: bool = False
    deadline_ms: int | None = None
    tries: int = 1
    state: State = "asked"
    reason: str = ""

    @classmethod
    def new(cls, random: Random, tries: int = 1) -> Challenge:
        """Random sides; `random` should be `random.SystemRandom()` wherever it counts."""
        sides: tuple[Side, ...] = ("left", "right")
        return cls(tuple(random.choice(sides) for _ in range(TURNS)), tries=tries)

    @property
    def ask(self) -> Ask:
        """What the candidate should do now."""
        if not self.centred or self.done == len(self.sides):
            return "face_forward"
        return "turn_left" if self.sides[self.done] == "left" else "turn_right"

    def after(self, now_ms: int, yaw_deg: float | None, score: float | None, random: Random) -> Challenge:
        """One more picture.

        Args:
            now_ms: the server's clock.
            yaw_deg: head against the candidate's own neutral, above zero to their left; `None` unknown.
            score: the face against the template; `None` where it could not be compared.
            random: where new sides come from after a miss.
        """
        if self.state != "asked":
            return self
        if self.deadline_ms is None:
            return replace(self, deadline_ms=now_ms + WITHIN_MS)
        if now_ms > self.deadline_ms:
            return self._missed("too_slow", random)
        if score is not None and score < SURELY_DIFFERENT:
            return self._missed("somebody_else", random)
        # Only a face that is surely the enrolled one counts, straight or turned.
        if yaw_deg is None or score is None or score < THRESHOLD:
            return self
        return self._moved(now_ms, yaw_deg, random)

    def _moved(self, now_ms: int, yaw_deg: float, random: Random) -> Challenge:
        if not self.centred:
            straight = abs(yaw_deg) <= STRAIGHT_DEG
            return replace(self, centred=True, deadline_ms=now_ms + WITHIN_MS) if straight else self
        if abs(yaw_deg) < TURN_DEG:
            return self
        if (yaw_deg > 0) != (self.sides[self.done] == "left"):
            return self._missed("other_side", random)
        done = self.done + 1
        state: State = "passed" if done == len(self.sides) else "asked"
        return replace(self, done=done, centred=False, deadline_ms=now_ms + WITHIN_MS, state=state)

    def _missed(self, reason: str, random: Random) -> Challenge:
        if self.tries >= TRIES:
            return replace(self, state="failed", reason=reason)
        return replace(Challenge.new(random, self.tries + 1), reason=reason)

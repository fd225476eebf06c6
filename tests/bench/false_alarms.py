"""SIMULATION, no data: flags an hour that the default policy raises on honest candidates.

Nobody does anything wrong here. They glance aside 25 times an hour (lasting 1.2 s in the median, one in a
hundred longer than 5 s), the head detector errs in bursts 12 times an hour, the face detector loses the face
10 times an hour and finds a second one 6 times an hour, for 1.5 s on average; in a dim picture all of these
last three times as long. One frame a second.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from analysis.changepoint import SENSITIVITIES
from analysis.risk.conditions import Scalar
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from analysis.risk.policy import Policy, parse_policy
from analysis.risk.result import replay

SEED = 20261121
HOURS = 40
RULES = ("NO_FACE", "AWAY", "MULTIPLE_FACES", "LOOKING_AWAY")
DIM_SHARE, DIM_QUALITY, DIM_LONGER = 0.2, 0.4, 3.0


@dataclass(frozen=True, slots=True)
class Bursts:
    """Something that comes `per_h` times an hour; it lasts lognormally long, exponentially without spread."""

    per_h: float
    seconds: float
    spread: float = 0.0

    def times(self, chance: random.Random, longer: float) -> set[int]:
        """The seconds of one hour in which it is there."""
        found: set[int] = set()
        t_s = chance.expovariate(self.per_h / 3600)
        while t_s < 3600:
            lasts = (
                self.seconds * chance.lognormvariate(0, self.spread)
                if self.spread
                else chance.expovariate(1 / self.seconds)
            )
            found.update(range(round(t_s), round(t_s + lasts * longer)))
            t_s += lasts + chance.expovariate(self.per_h / 3600)
        return found


GLANCES, HEAD_ERRORS = Bursts(25, 1.2, 0.61), Bursts(12, 1.5)
LOST_FACES, SECOND_FACES = Bursts(10, 1.5), Bursts(6, 1.5)


def honest_hour(chance: random.Random) -> list[Record]:
    """One hour, one frame a second."""
    dim = chance.random() < DIM_SHARE
    longer = DIM_LONGER if dim else 1.0
    glances, errors = GLANCES.times(chance, 1.0), HEAD_ERRORS.times(chance, longer)
    lost, second = LOST_FACES.times(chance, longer), SECOND_FACES.times(chance, longer)
    return [
        Record("video", s, s * 1000, values=_values(s, glances | errors, lost, second, dim))
        for s in range(3600)
    ]


def _values(s: int, away: set[int], lost: set[int], second: set[int], dim: bool) -> dict[str, Scalar]:
    count = 0 if s in lost else 2 if s in second else 1
    return {
        "face_count": count,
        "looking_away": s in away if count else None,
        "quality": DIM_QUALITY if dim else 0.9,
    }


def policy_at(sensitivity: str) -> Policy:
    document: dict[str, Any] = json.loads(load_policy("default").source)
    return parse_policy({**document, "sensitivity": sensitivity})


def flags_per_h(hours: int = HOURS, seed: int = SEED) -> dict[str, float]:
    """By sensitivity; every flag of `RULES` is a false one here."""
    chance = random.Random(seed)
    counted = dict.fromkeys(SENSITIVITIES, 0)
    for hour in range(hours):
        records = honest_hour(chance)
        for sensitivity in SENSITIVITIES:
            flags = replay(records, policy_at(sensitivity), str(hour), 3_600_000).flags
            counted[sensitivity] += sum(flag.rule in RULES for flag in flags)
    return {sensitivity: round(number / hours, 1) for sensitivity, number in counted.items()}


if __name__ == "__main__":
    print("SIMULATION: false flags an hour", json.dumps(flags_per_h()))

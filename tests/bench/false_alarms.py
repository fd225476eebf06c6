"""SIMULATION, no data: warnings an hour on honest candidates under the default policy, and what it finds.

An honest hour, one frame a second, everything watched. Honest people glance aside 25 times (1.2 s in the
median, one in a hundred longer than 5 s, 25 degrees and more, 5 further on average), close their eyes 6 times
and speak or cough 10 times; the detector of heads errs 12 times, that of faces loses the face 10 times and
finds a second one 6 times, 1.5 s on average; the camera is covered once for a second; in a dim picture (one
hour of five) the errors last three times as long. Each of phone, screen, book and second person is invented
in one look of ten hours, and one look in 300 takes the face for another's.

A dishonest hour holds besides 6 times each, 3 to 25 s: nobody, a second face, and a head turned 25 degrees
and more, 20 further on average.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.changepoint import SENSITIVITIES
from analysis.risk.conditions import Scalar
from analysis.risk.flags import Flag
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from analysis.risk.policy import Policy, parse_policy
from analysis.risk.result import replay

SEED = 20261121
HOURS = 40
HOUR_S = 3600
WARNINGS = frozenset({"warning", "critical"})
DIM_SHARE, DIM_QUALITY, CLEAR_QUALITY, DIM_LONGER = 0.2, 0.4, 0.9, 3.0
AWAY_FROM_DEG, FURTHER_DEG, TURNED_FURTHER_DEG = 25.0, 5.0, 20.0
LOOK_EVERY_S = 5
SAME_FACE, OTHER_FACE = 0.2, 0.7
LOOKS_TO_DOUBT, DOUBT = 3, 1 / 300
INVENTED = ("phone", "second_screen", "book", "persons_without_face")
INVENTED_PER_H = 1 / 10
TRUE_PER_H, SHORTEST_S, LONGEST_S = 6, 3, 25
TOLERANCE_MS = 2000


@dataclass(frozen=True, slots=True)
class Bursts:
    """Something that comes `per_h` times an hour; it lasts lognormally long, exponentially without spread."""

    per_h: float
    seconds: float
    spread: float = 0.0

    def times(self, chance: random.Random, longer: float = 1.0) -> set[int]:
        """The seconds of one hour in which it is there."""
        found: set[int] = set()
        t_s = chance.expovariate(self.per_h / HOUR_S)
        while t_s < HOUR_S:
            lasts = (
                self.seconds * chance.lognormvariate(0, self.spread)
                if self.spread
                else chance.expovariate(1 / self.seconds)
            )
            found.update(range(round(t_s), round(t_s + lasts * longer)))
            t_s += lasts + chance.expovariate(self.per_h / HOUR_S)
        return found


GLANCES, HEAD_ERRORS = Bursts(25, 1.2, 0.61), Bursts(12, 1.5)
LOST_FACES, SECOND_FACES = Bursts(10, 1.5), Bursts(6, 1.5)
CLOSED_EYES, COVERED, VOICES = Bursts(6, 1.5, 0.6), Bursts(1, 1.0), Bursts(10, 1.5)


@dataclass(frozen=True, slots=True)
class Happening:
    """What truly happened, so that a flag of `rule` for it is right."""

    rule: str
    from_s: int
    to_s: int

    def told_by(self, flag: Flag) -> bool:
        near = self.from_s * 1000 - TOLERANCE_MS <= flag.since_ms <= self.to_s * 1000
        return flag.rule == self.rule and near


@dataclass(frozen=True, slots=True)
class Hour:
    records: tuple[Record, ...]
    truth: tuple[Happening, ...] = ()


def make_hour(chance: random.Random, dishonest: bool = False) -> Hour:
    truth = tuple(_happenings(chance)) if dishonest else ()
    records = [*_video(chance, truth), *_sound(chance), *_objects(chance)]
    return Hour(tuple(sorted(records, key=lambda record: record.t_ms)), truth)


def _happenings(chance: random.Random) -> Iterator[Happening]:
    """One after the other, so that none hides another."""
    places = list(range(0, HOUR_S - 60, 120))
    chance.shuffle(places)
    for rule in ("NO_FACE", "MULTIPLE_FACES", "LOOKING_AWAY"):
        for _ in range(TRUE_PER_H):
            start_s = places.pop()
            yield Happening(rule, start_s, start_s + chance.randint(SHORTEST_S, LONGEST_S))


def _video(chance: random.Random, truth: tuple[Happening, ...]) -> Iterator[Record]:
    dim = chance.random() < DIM_SHARE
    longer = DIM_LONGER if dim else 1.0
    glances, errors = GLANCES.times(chance), HEAD_ERRORS.times(chance, longer)
    lost, second = LOST_FACES.times(chance, longer), SECOND_FACES.times(chance, longer)
    shut, covered = CLOSED_EYES.times(chance), COVERED.times(chance, longer)
    true = {rule: _seconds(truth, rule) for rule in ("NO_FACE", "MULTIPLE_FACES", "LOOKING_AWAY")}
    further_deg = 0.0
    for s in range(HOUR_S):
        away = s in true["LOOKING_AWAY"] or s in glances or s in errors
        further = TURNED_FURTHER_DEG if s in true["LOOKING_AWAY"] else FURTHER_DEG
        further_deg = (further_deg or chance.expovariate(1 / further)) if away else 0.0
        count = 2 if s in true["MULTIPLE_FACES"] or s in second else 1
        count = 0 if s in true["NO_FACE"] or s in lost else count
        face: dict[str, Scalar] = {"looking_away": None, "yaw": None, "eyes_closed": None}
        if count and s not in covered:
            yaw = AWAY_FROM_DEG + further_deg if away else 3.0
            face = {"looking_away": away, "yaw": yaw, "eyes_closed": s in shut}
        blocked: dict[str, Scalar] = {
            "face_count": None if s in covered else count,
            "camera_blocked": s in covered,
            "quality": 0.1 if s in covered else DIM_QUALITY if dim else CLEAR_QUALITY,
        }
        yield Record("video", s, s * 1000, values={**blocked, **face})


def _seconds(truth: tuple[Happening, ...], rule: str) -> frozenset[int]:
    return frozenset(s for one in truth if one.rule == rule for s in range(one.from_s, one.to_s))


def _sound(chance: random.Random) -> Iterator[Record]:
    """A window is sent while it is loud and once in five seconds besides."""
    spoken = VOICES.times(chance)
    for s in range(HOUR_S):
        if s in spoken or s - 1 in spoken or s % LOOK_EVERY_S == 0:
            share = 0.8 if s in spoken else 0.0
            yield Record("audio", s, s * 1000, values={"speech": s in spoken, "speech_share": share})


def _objects(chance: random.Random) -> Iterator[Record]:
    doubts = 0
    for seq, s in enumerate(range(0, HOUR_S, LOOK_EVERY_S)):
        doubts = doubts + 1 if chance.random() < DOUBT else 0
        invented = {name: chance.random() < INVENTED_PER_H * LOOK_EVERY_S / HOUR_S for name in INVENTED}
        values: dict[str, Scalar] = {
            **invented,
            "persons_without_face": int(invented["persons_without_face"]),
            "laptop": False,
            "identity_distance": OTHER_FACE if doubts else SAME_FACE,
            "identity_mismatch": doubts >= LOOKS_TO_DOUBT,
        }
        yield Record("objects", seq, s * 1000, values=values)


def policy_at(sensitivity: str) -> Policy:
    document: dict[str, Any] = json.loads(load_policy("default").source)
    return parse_policy({**document, "sensitivity": sensitivity})


def warnings_of(hour: Hour, policy: Policy) -> list[Flag]:
    flags = replay(hour.records, policy, "an hour", HOUR_S * 1000).flags
    return [flag for flag in flags if flag.severity in WARNINGS]


def warnings_per_h(hours: int = HOURS, seed: int = SEED) -> dict[str, float]:
    """By sensitivity, on honest candidates: every one is false."""
    chance = random.Random(seed)
    made = [make_hour(chance) for _ in range(hours)]
    return {
        name: round(sum(len(warnings_of(hour, policy_at(name))) for hour in made) / hours, 1)
        for name in SENSITIVITIES
    }


def found_share(hours: int = 10, seed: int = SEED) -> dict[str, float]:
    """By sensitivity, on dishonest candidates: the share of what happened that a flag tells."""
    chance = random.Random(seed)
    made = [make_hour(chance, dishonest=True) for _ in range(hours)]
    return {name: round(_found(made, policy_at(name)), 2) for name in SENSITIVITIES}


def _found(hours: list[Hour], policy: Policy) -> float:
    told = 0
    for hour in hours:
        flags = warnings_of(hour, policy)
        told += sum(any(one.told_by(flag) for flag in flags) for one in hour.truth)
    return told / sum(len(hour.truth) for hour in hours)


if __name__ == "__main__":
    print("SIMULATION: false warnings an hour", json.dumps(warnings_per_h()))
    print("SIMULATION: share of what happened", json.dumps(found_share()))

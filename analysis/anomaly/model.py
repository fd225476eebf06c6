"""What an institution's finished sittings taught, and how unlike them another one is, in words.

A block's score is the mean of the forest's and of d / (d + 3), where d is the mean of its three farthest
deviations. A forest alone does not see what no training sitting ever did: a feature that was always 0 there
cuts nothing.

The result orders a list for people who review. It adds no points, raises no flag and decides nothing: what is
rare is not wrong.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis.anomaly.blocks import FEATURES, Block, Feature, blocks
from analysis.anomaly.deviation import Deviations, Normal, Normals, deviations, normals, own_beginning
from analysis.anomaly.forest import Forest, ForestError
from analysis.anomaly.growing import grow
from analysis.risk.log import Record, dump_canonical

LEAST_SESSIONS = 20
LEAST_ROWS = 60
LEAST_OF_AN_EXAM = 10
"""Fewer sessions of one exam than this are compared with all of the institution's."""
EVERYBODY = ""
WORST_BLOCKS = 2
STANDS_OUT = 3.0
FARTHEST_FEATURES = 3
MOST_REASONS = 5
VERSION = 1


class AnomalyError(ValueError):
    """Too few sessions, or a stored model that is not whole; the message says so in words."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session reduced to its blocks; no record of it is kept."""

    exam: str
    own: Normals
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature that stands out from `start_ms` to `end_ms`; `own_z` and `others_z` are robust deviations,
    `None` where unknown."""

    feature: str
    words: str
    start_ms: int
    end_ms: int
    own_z: float | None
    others_z: float | None


@dataclass(frozen=True, slots=True)
class Anomaly:
    """How unlike the others: `score` 0..1, `above_share` of the training sessions were less unlike.

    `reasons` are of the two most unusual blocks, each feature once.
    """

    score: float
    above_share: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AnomalyModel:
    """`cohorts` holds what is usual by exam, and for everybody under ""; `scores` those of the training."""

    cohorts: Mapping[str, Normals]
    forest: Forest
    scores: tuple[float, ...]
    blocks: int

    @property
    def sessions(self) -> int:
        return len(self.scores)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(dump_canonical(self._content()).encode("ascii")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {**self._content(), "sha256": self.sha256}

    def _content(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "features": [feature.name for feature in FEATURES],
            "cohorts": {
                exam: [None if normal is None else asdict(normal) for normal in usual]
                for exam, usual in self.cohorts.items()
            },
            "forest": self.forest.to_json(),
            "scores": list(self.scores),
            "blocks": self.blocks,
        }

    @classmethod
    def from_json(cls, value: Any) -> AnomalyModel:
        """The model of `to_json`.

        Raises:
            AnomalyError: when it is none, is of another version, or was changed since.
        """
        try:
            cohorts = {exam: _read_normals(usual) for exam, usual in value["cohorts"].items()}
            scores = tuple(float(score) for score in value["scores"])
            model = cls(cohorts, Forest.from_json(value["forest"]), scores, int(value["blocks"]))
            claimed, version, names = value["sha256"], value["version"], value["features"]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise AnomalyError(f"this is no model ({error})") from None
        if version != VERSION or names != [feature.name for feature in FEATURES]:
            raise AnomalyError("this model is of another version; train it again")
        if model.sha256 != claimed or EVERYBODY not in cohorts or model.forest.width != 2 * len(FEATURES):
            raise AnomalyError("this model was changed since it was trained")
        return model


def sitting(records: Sequence[Record], duration_ms: int, exam: str) -> Sitting:
    """What the model needs of a session's log; `exam` names the exam it belongs to."""
    return Sitting(exam, own_beginning(records, duration_ms), blocks(records, duration_ms))


def train(sittings: Sequence[Sitting]) -> AnomalyModel:
    """A model of finished sittings; the same ones in any order give the same model.

    Raises:
        AnomalyError: there are fewer than 20 sessions with 60 blocks.
        LearnerMissing: scikit-learn is not installed.
    """
    known = [one for one in sittings if one.blocks]
    number = sum(len(one.blocks) for one in known)
    if len(known) < LEAST_SESSIONS or number < LEAST_ROWS:
        raise AnomalyError(
            f"{len(known)} sessions with {number} blocks of five minutes; at least {LEAST_SESSIONS} sessions "
            f"with {LEAST_ROWS} blocks are needed"
        )
    cohorts = _cohorts(known)
    measured = [_deviations(one, cohorts) for one in known]
    forest = grow([each.row for rows in measured for each in rows])
    scores = sorted(_session_score([_block_score(forest, each) for each in rows]) for rows in measured)
    return AnomalyModel(cohorts, forest, tuple(scores), number)


def judge(model: AnomalyModel, one: Sitting) -> Anomaly | None:
    """How unlike the training a sitting was; `None` for one too short for a block."""
    if not one.blocks:
        return None
    rows = _deviations(one, model.cohorts)
    scores = [_block_score(model.forest, each) for each in rows]
    score = _session_score(scores)
    worst = sorted(range(len(scores)), key=lambda number: (-scores[number], number))[:WORST_BLOCKS]
    others = usual_for(one.exam, model.cohorts)
    found = [pair for place in worst for pair in _reasons(one.blocks[place], rows[place], one.own, others)]
    above = bisect_left(model.scores, score) / len(model.scores)
    return Anomaly(score, above, _farthest(found))


def usual_for(exam: str, cohorts: Mapping[str, Normals]) -> Normals:
    """What is usual in this exam, or in all of them where it had too few sittings."""
    return cohorts.get(exam, cohorts[EVERYBODY])


def _cohorts(sittings: Sequence[Sitting]) -> dict[str, Normals]:
    by_exam: dict[str, list[Sitting]] = {EVERYBODY: list(sittings)}
    for one in sittings:
        by_exam.setdefault(one.exam, []).append(one)
    return {
        exam: normals([block for one in group for block in one.blocks])
        for exam, group in by_exam.items()
        if exam == EVERYBODY or len(group) >= LEAST_OF_AN_EXAM
    }


def _deviations(one: Sitting, cohorts: Mapping[str, Normals]) -> list[Deviations]:
    others = usual_for(one.exam, cohorts)
    return [deviations(block, one.own, others) for block in one.blocks]


def _block_score(forest: Forest, measured: Deviations) -> float:
    farthest = sorted(measured.farthest, reverse=True)[:FARTHEST_FEATURES]
    distance = sum(farthest) / len(farthest)
    return (forest.score(measured.row) + distance / (distance + STANDS_OUT)) / 2


def _session_score(scores: Sequence[float]) -> float:
    """The mean of the two highest: one odd block says less than two."""
    worst = sorted(scores, reverse=True)[:WORST_BLOCKS]
    return round(sum(worst) / len(worst), 9)


def _reasons(block: Block, measured: Deviations, own: Normals, others: Normals) -> list[tuple[float, Reason]]:
    """What stands out in a block, each with how far."""
    found: list[tuple[float, Reason]] = []
    for place, feature in enumerate(FEATURES):
        value, own_z, others_z = block.values[place], measured.own[place], measured.others[place]
        distance = measured.farthest[place]
        if value is not None and distance >= STANDS_OUT:
            words = _words(feature, value, own[place], others[place])
            found.append(
                (distance, Reason(feature.name, words, block.start_ms, block.end_ms, own_z, others_z))
            )
    return found


def _farthest(found: Sequence[tuple[float, Reason]]) -> tuple[Reason, ...]:
    """The farthest five features, each where it is farthest."""
    once: dict[str, Reason] = {}
    for _, reason in sorted(found, key=lambda pair: -pair[0]):
        once.setdefault(reason.feature, reason)
    return tuple(once.values())[:MOST_REASONS]


def _words(feature: Feature, value: float, own: Normal | None, others: Normal | None) -> str:
    parts = [f"{feature.label}: {_amount(value, feature)}"]
    if own is not None:
        parts.append(f"in the first ten minutes {_amount(own.median, feature)}")
    if others is not None:
        parts.append(f"others {_amount(others.median, feature)}")
    return "; ".join(parts)


def _amount(value: float, feature: Feature) -> str:
    if feature.unit in ("%", "% of the picture"):
        return f"{100 * value:.0f} {feature.unit}"
    return f"{value:.1f} {feature.unit}"


def _read_normals(value: Any) -> Normals:
    if len(value) != len(FEATURES):
        raise ForestError("what is usual must name every feature")
    return tuple(
        None if part is None else Normal(float(part["median"]), float(part["mad"])) for part in value
    )

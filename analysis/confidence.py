"""How often people confirm such a flag: 0 to 100, fitted on their verdicts.

p = 1 / (1 + exp(-(a + b * evidence + c * ln seconds))), where `evidence` is the mean log-likelihood ratio
(nats a second, `analysis.changepoint`) of the records that a flag spans. Fitted by Newton's method on the
logistic likelihood with a small ridge, which keeps separable verdicts finite: the same verdicts in any order
give the same six decimals. From more than 500 verdicts on, an isotonic curve (`analysis.isotonic`) is laid
over p. A rule with enough verdicts of its own has its own curve. With few verdicts there is no fit.

Brier score and expected calibration error are of verdicts that the curve had not seen (five folds). Sources:
Platt 1999; Zadrozny & Elkan 2002; Brier 1950; Guo et al. 2017 (ECE, ten bins).
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from analysis.changepoint import Detector, likelihood_milli
from analysis.isotonic import Point, isotonic
from analysis.risk.log import Record, dump_canonical

LEAST_VERDICTS = 50
LEAST_OF_A_KIND = 10
MOST_FOR_LOGISTIC = 500
FOLDS = 5
BINS = 10
RIDGE = (1e-6, 0.1, 0.1)
STEPS = 50
CLOSE = 1e-10
VERSION = 2


Row = tuple[float, float, float]


class CalibrationError(ValueError):
    """Verdicts that are too few, or a stored calibration that is not whole; the message says so in words."""


@dataclass(frozen=True, slots=True, order=True)
class Features:
    """`evidence` in nats a second, `log_seconds` the natural logarithm of how long the flag lasted."""

    evidence: float
    log_seconds: float


@dataclass(frozen=True, slots=True)
class Curve:
    """From features to a probability, and what it was fitted on; `confirmed` of the verdicts were confirmed.

    `points` are those of an isotonic curve over the logistic one (p, share confirmed), rising; without any
    the logistic one stands. `brier` and `ece`, 0 to 1, were found on verdicts left out of the fit.
    """

    intercept: float
    evidence_weight: float
    duration_weight: float
    verdicts: int
    confirmed: int
    points: tuple[Point, ...] = ()
    brier: float = 0.0
    ece: float = 0.0

    @property
    def method(self) -> str:
        return "isotonic" if self.points else "logistic"

    def probability(self, features: Features) -> float:
        """0 to 1."""
        logit = (
            self.intercept
            + self.evidence_weight * features.evidence
            + self.duration_weight * features.log_seconds
        )
        return _between(self.points, _logistic(logit))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curve of all verdicts, and those of rules with enough verdicts of their own."""

    whole: Curve
    rules: Mapping[str, Curve] = field(default_factory=dict)
    version: int = VERSION

    @property
    def sha256(self) -> str:
        return hashlib.sha256(dump_canonical(asdict(self)).encode("ascii")).hexdigest()

    def curve(self, rule: str) -> Curve:
        return self.rules.get(rule, self.whole)

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "sha256": self.sha256}

    @classmethod
    def from_json(cls, value: Any) -> Calibration:
        """The calibration of `to_json`.

        Raises:
            CalibrationError: when it is none, or was changed since.
        """
        try:
            rules = {name: _curve(part) for name, part in value["rules"].items()}
            calibration = cls(_curve(value["whole"]), rules, value["version"])
            whole = set(value) == {"whole", "rules", "version", "sha256"}
            unchanged = whole and calibration.sha256 == value["sha256"]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CalibrationError(f"this is no calibration ({error})") from None
        if calibration.version != VERSION or not unchanged:
            raise CalibrationError("this calibration was changed, or is of another version")
        return calibration


@dataclass(frozen=True, slots=True, order=True)
class Judged:
    """What a flag of a rule rests on, and whether a person confirmed it."""

    features: Features
    confirmed: bool
    rule: str


def features_of(records: Iterable[Record], detector: Detector, start_ms: int, end_ms: int) -> Features | None:
    """What a flag from `start_ms` to `end_ms` rests on; None where no record in it says anything."""
    ratios = [
        ratio
        for record in records
        if record.values is not None and start_ms <= record.t_ms <= end_ms
        for ratio in [likelihood_milli(detector, record.values)]
        if ratio is not None
    ]
    if not ratios:
        return None
    seconds = max(end_ms - start_ms, 1000) / 1000
    return Features(sum(ratios) / len(ratios) / 1000, math.log(seconds))


def fit(judged: Iterable[Judged]) -> Calibration:
    """The curves under which the verdicts are likeliest.

    Raises:
        CalibrationError: with fewer than 50 verdicts, or fewer than 10 of either kind.
        LearnerMissing: with more than 500 verdicts where scikit-learn is not installed.
    """
    known = sorted(judged)
    if not _enough(known):
        yes = sum(one.confirmed for one in known)
        raise CalibrationError(
            f"{len(known)} verdicts, {yes} of them confirmed; at least {LEAST_VERDICTS} are needed, "
            f"{LEAST_OF_A_KIND} of either kind"
        )
    by_rule = {rule: [one for one in known if one.rule == rule] for rule in sorted({o.rule for o in known})}
    rules = {rule: _measured(own) for rule, own in by_rule.items() if _enough(own)}
    return Calibration(_measured(known), rules)


def confidence(calibration: Calibration, rule: str, features: Features) -> int:
    """0 to 100, whole, by the rule's own curve where it has one."""
    return round(100 * calibration.curve(rule).probability(features))


def brier_score(chances: Sequence[float], confirmed: Sequence[bool]) -> float:
    """The mean squared distance between what was predicted and what came, 0 (best) to 1."""
    return sum((chance - true) ** 2 for chance, true in zip(chances, confirmed, strict=True)) / len(chances)


def calibration_error(chances: Sequence[float], confirmed: Sequence[bool]) -> float:
    """The mean distance between predicted and confirmed shares in ten bins, weighed by their size, 0 to 1."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, true in zip(chances, confirmed, strict=True):
        bins.setdefault(min(int(chance * BINS), BINS - 1), []).append((chance, true))
    apart = sum(abs(sum(chance - true for chance, true in inside)) for inside in bins.values())
    return apart / len(chances)


def _enough(known: Sequence[Judged]) -> bool:
    yes = sum(one.confirmed for one in known)
    return len(known) >= LEAST_VERDICTS and min(yes, len(known) - yes) >= LEAST_OF_A_KIND


def _measured(known: Sequence[Judged]) -> Curve:
    """The curve of all, with its errors on verdicts left out: every fifth in the order of their features."""
    chances: list[float] = []
    truth: list[bool] = []
    for fold in range(FOLDS):
        left_out = known[fold::FOLDS]
        curve = _fitted([one for place, one in enumerate(known) if place % FOLDS != fold], len(known))
        chances += [curve.probability(one.features) for one in left_out]
        truth += [one.confirmed for one in left_out]
    errors = round(brier_score(chances, truth), 4), round(calibration_error(chances, truth), 4)
    return replace(_fitted(known, len(known)), brier=errors[0], ece=errors[1])


def _fitted(known: Sequence[Judged], verdicts: int) -> Curve:
    """`verdicts` decides on the method, so that folds use the same as the whole."""
    rows = [((1.0, one.features.evidence, one.features.log_seconds), float(one.confirmed)) for one in known]
    a, b, c = (round(weight, 6) for weight in _newton(rows))
    curve = Curve(a, b, c, len(known), sum(one.confirmed for one in known))
    if verdicts <= MOST_FOR_LOGISTIC:
        return curve
    chances = [curve.probability(one.features) for one in known]
    return replace(curve, points=isotonic(chances, [one.confirmed for one in known]))


def _between(points: Sequence[Point], chance: float) -> float:
    """On the straight lines between the points; before the first and behind the last, their height."""
    if not points:
        return chance
    place = bisect_right([x for x, _y in points], chance)
    if place == 0 or place == len(points):
        return points[max(place - 1, 0)][1]
    (left, low), (right, high) = points[place - 1], points[place]
    return low + (high - low) * (chance - left) / (right - left)


def _curve(value: Mapping[str, Any]) -> Curve:
    parts = {**value, "points": tuple((float(x), float(y)) for x, y in value["points"])}
    return Curve(**parts)


def _newton(rows: Sequence[tuple[Row, float]]) -> list[float]:
    """Plain numbers: three weights need no library, and the web's processes have none."""
    weights = [0.0] * 3
    for _ in range(STEPS):
        gradient = [-RIDGE[place] * weights[place] for place in range(3)]
        curvature = [[RIDGE[place] if place == other else 0.0 for other in range(3)] for place in range(3)]
        for row, label in rows:
            chance = _logistic(sum(weight * part for weight, part in zip(weights, row, strict=True)))
            for place in range(3):
                gradient[place] += (label - chance) * row[place]
                for other in range(3):
                    curvature[place][other] += chance * (1 - chance) * row[place] * row[other]
        step = _solve(curvature, gradient)
        weights = [weight + part for weight, part in zip(weights, step, strict=True)]
        if max(abs(part) for part in step) < CLOSE:
            break
    return weights


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -50.0), 50.0)))


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of `matrix` x = `right`, by Cramer's rule; the matrix is symmetric and positive."""
    whole = _determinant(matrix)
    return [
        _determinant(
            [
                [right[row] if place == column else matrix[row][place] for place in range(3)]
                for row in range(3)
            ]
        )
        / whole
        for column in range(3)
    ]


def _determinant(matrix: list[list[float]]) -> float:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

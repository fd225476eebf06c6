"""How often people confirm such a flag: 0 to 100, fitted on their verdicts.

confidence = 100 / (1 + exp(-(a + b * evidence + c * ln seconds))), where `evidence` is the mean
log-likelihood ratio (nats a second, `analysis.changepoint`) of the records that a flag spans. Fitted by
Newton's method on the logistic likelihood with a small ridge, which keeps separable verdicts finite: the same
verdicts in any order give the same six decimals. With few verdicts there is no fit and no number.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis.changepoint import Detector, likelihood_milli
from analysis.risk.log import Record, dump_canonical

LEAST_VERDICTS = 50
LEAST_OF_A_KIND = 10
RIDGE = (1e-6, 0.1, 0.1)
STEPS = 50
CLOSE = 1e-10
VERSION = 1


Row = tuple[float, float, float]


class CalibrationError(ValueError):
    """Verdicts that are too few, or a stored calibration that is not whole; the message says so in words."""


@dataclass(frozen=True, slots=True)
class Features:
    """`evidence` in nats a second, `log_seconds` the natural logarithm of how long the flag lasted."""

    evidence: float
    log_seconds: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted weights, and on how many verdicts; `confirmed` of them were confirmed."""

    intercept: float
    evidence_weight: float
    duration_weight: float
    verdicts: int
    confirmed: int
    version: int = VERSION

    @property
    def sha256(self) -> str:
        return hashlib.sha256(dump_canonical(asdict(self)).encode("ascii")).hexdigest()

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "sha256": self.sha256}

    @classmethod
    def from_json(cls, value: Any) -> Calibration:
        """The calibration of `to_json`.

        Raises:
            CalibrationError: when it is none, or was changed since.
        """
        try:
            parts = dict(value)
            claimed = parts.pop("sha256")
            calibration = cls(**parts)
        except (KeyError, TypeError, ValueError) as error:
            raise CalibrationError(f"this is no calibration ({error})") from None
        if calibration.version != VERSION or calibration.sha256 != claimed:
            raise CalibrationError("this calibration was changed, or is of another version")
        return calibration


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


def fit(features: Sequence[Features], confirmed: Sequence[bool]) -> Calibration:
    """The weights under which the verdicts are likeliest.

    Raises:
        CalibrationError: with fewer than 50 verdicts, or fewer than 10 of either kind.
    """
    yes = sum(confirmed)
    if len(features) < LEAST_VERDICTS or min(yes, len(confirmed) - yes) < LEAST_OF_A_KIND:
        raise CalibrationError(
            f"{len(features)} verdicts, {yes} of them confirmed; at least {LEAST_VERDICTS} are needed, "
            f"{LEAST_OF_A_KIND} of either kind"
        )
    rows = sorted(
        (one.evidence, one.log_seconds, float(true)) for one, true in zip(features, confirmed, strict=True)
    )
    weights = _newton([((1.0, evidence, log_seconds), label) for evidence, log_seconds, label in rows])
    a, b, c = (round(weight, 6) for weight in weights)
    return Calibration(a, b, c, len(features), yes)


def confidence(calibration: Calibration, features: Features) -> int:
    """0 to 100, whole."""
    return round(
        100
        * _logistic(
            calibration.intercept
            + calibration.evidence_weight * features.evidence
            + calibration.duration_weight * features.log_seconds
        )
    )


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

"""A rising curve through verdicts: isotonic regression, kept as the plain points of its bends.

The only place besides `analysis.anomaly.growing` that uses scikit-learn, and only to fit.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.anomaly.growing import LearnerMissing

Point = tuple[float, float]


def isotonic(chances: Sequence[float], confirmed: Sequence[bool]) -> tuple[Point, ...]:
    """(chance, share confirmed), both 0 to 1, the first strictly and the second never falling.

    Raises:
        LearnerMissing: scikit-learn is not installed.

    Source: Zadrozny & Elkan 2002, by the pool adjacent violators algorithm.
    """
    try:
        from sklearn.isotonic import IsotonicRegression
    except ImportError:
        words = (
            "more than 500 verdicts need scikit-learn: install the analysis set (requirements/analysis.txt)"
        )
        raise LearnerMissing(words) from None
    learner = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    learner.fit([float(one) for one in chances], [float(one) for one in confirmed])
    points: dict[float, float] = {}
    for x, y in zip(learner.X_thresholds_, learner.y_thresholds_, strict=True):
        points[round(float(x), 6)] = round(float(y), 6)
    return tuple(points.items())

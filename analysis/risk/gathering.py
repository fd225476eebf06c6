"""The evidence of a policy's detectors during some steps of the fold."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.changepoint import Evidence, take
from analysis.risk.conditions import Scalar
from analysis.risk.terms import Policy


class Gathering:
    """Each detector of a policy with what it holds; its name is a signal: whether it alarms."""

    __slots__ = ("_evidence", "_policy")

    def __init__(self, policy: Policy, evidence: Mapping[str, Evidence]) -> None:
        self._policy = policy
        self._evidence = dict(evidence)

    def take(self, values: Mapping[str, Scalar], t_ms: int) -> None:
        for detector in self._policy.detect:
            if detector.signal in values:
                known = self._evidence.get(detector.name, Evidence())
                self._evidence[detector.name] = take(known, detector, values, t_ms, self._policy.sensitivity)

    def forget(self, values: Mapping[str, Scalar]) -> None:
        """The stream that sent these signals fell silent: nothing is known of them any more."""
        for detector in self._policy.detect:
            if detector.signal in values:
                self._evidence.pop(detector.name, None)

    def signals(self) -> dict[str, Scalar]:
        return {name: evidence.alarm for name, evidence in self._evidence.items()}

    def states(self) -> dict[str, Evidence]:
        return dict(self._evidence)

"""What is left of a result when only some of its flags count: those that a person has confirmed."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.risk.points import FULL_MILLI, to_milli, to_points
from analysis.risk.policy import Policy
from analysis.risk.state import deduction_milli


@dataclass(frozen=True, slots=True)
class Findings:
    """Counted flags by severity, and the integrity score that they alone give."""

    critical: int
    warning: int
    info: int
    integrity_milli: int

    @property
    def total(self) -> int:
        return self.critical + self.warning + self.info

    @property
    def integrity_score(self) -> int | float:
        """0 to 100."""
        return to_points(self.integrity_milli)


def findings_of(flags: Iterable[Mapping[str, Any]], policy: Policy, counting: Container[str]) -> Findings:
    """Of the flags in a result's JSON, those whose id is in `counting`.

    The deductions are those of the policy, so that counting every flag gives the result's own integrity
    score. The risk score is left alone: it fades with time and is of the whole log.
    """
    counted = [flag for flag in flags if flag["id"] in counting]
    deducted_milli = sum(_deducted_milli(flag, policy) for flag in counted)
    number = {
        severity: sum(flag["severity"] == severity for flag in counted)
        for severity in ("critical", "warning", "info")
    }
    return Findings(**number, integrity_milli=max(0, FULL_MILLI - deducted_milli))


def _deducted_milli(flag: Mapping[str, Any], policy: Policy) -> int:
    sure = flag["confidence"]
    return deduction_milli(
        policy, flag["rule"], flag["severity"], flag["n"], None if sure is None else to_milli(sure)
    )

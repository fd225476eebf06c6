"""A flag's words: those of its rule, and for a turned head which way it was turned."""

from collections.abc import Mapping

from analysis.attention import attention_words
from analysis.observations import Scalar
from analysis.risk.policy import Rule

TURNED = frozenset({"looking_away", "attention", "gaze"})


def explained(rule: Rule, signals: Mapping[str, Scalar]) -> str:
    """`signals` are the video record's that shows the flag."""
    direction = attention_words(signals) if rule.signals & TURNED else ""
    return f"{rule.explain} {direction}".strip()

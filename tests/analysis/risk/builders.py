"""Short ways to write logs and policies in tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from analysis.risk.conditions import Scalar
from analysis.risk.flags import Flag
from analysis.risk.log import Record
from analysis.risk.policy import Policy, parse_policy
from analysis.risk.result import Result, replay

SESSION = "session-1"


def video(seq: int, t_ms: int, **values: Scalar) -> Record:
    return Record("video", seq, t_ms, values=values)


def browser(seq: int, t_ms: int, event: str, n: int = 1) -> Record:
    return Record("browser", seq, t_ms, event=event, n=n)


def faces(*counts: int | None, every_ms: int = 1000, from_ms: int = 0) -> list[Record]:
    """A video record with a face count every `every_ms`."""
    return [video(place, from_ms + place * every_ms, face_count=count) for place, count in enumerate(counts)]


def no_face_rule(**keys: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": "NO_FACE",
        "when": {"signal": "face_count", "op": "==", "value": 0},
        "for_ms": 2000,
        "effects": [{"ledger": "points", "add": 5}],
    }
    return {**rule, **keys}


def policy_of(*rules: dict[str, Any], ledger: dict[str, Any] | None = None, **keys: Any) -> Policy:
    """A policy with one ledger called points."""
    return parse_policy({"ledgers": {"points": ledger or {}}, "rules": list(rules), **keys})


def run(records: Iterable[Record], policy: Policy, end_ms: int | None = None) -> Result:
    return replay(records, policy, SESSION, end_ms)


def fired_at(flags: Sequence[Flag]) -> list[tuple[str, int, int]]:
    """(rule, since, t) of each flag."""
    return [(flag.rule, flag.since_ms, flag.t_ms) for flag in flags]


def episodes_of(result: Result) -> list[tuple[str, int, int]]:
    return [(episode.rule, episode.start_ms, episode.end_ms) for episode in result.episodes]

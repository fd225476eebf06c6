"""Policies: what is read, and how a wrong key is refused."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from analysis.risk.policy import Decay, Policy, PolicyError, Window, parse_policy

RULE: dict[str, Any] = {"id": "R", "when": {"signal": "a", "op": "==", "value": 1}}
WHOLE: dict[str, Any] = {
    "name": "whole",
    "ledgers": {
        "points": {
            "start": 1.5,
            "floor": 0,
            "cap": 50,
            "decay": {"points": 0.25, "every_ms": 500, "mode": "linear", "when": "no_violation"},
            "window": {"ms": 30000, "align": "sample", "flag_at": 10, "reset_on_flag": True},
        }
    },
    "score": {"sum": ["points"]},
    "rules": [
        {**RULE, "label": "Words", "explain": "Why.", "severity": "info", "for_ms": 3000, "cmp": ">",
         "release_ms": 1500, "repeat": "once", "cooldown_ms": 10, "unknown": "hold", "confidence": "p",
         "worst": "yaw", "min_records": 3, "effects": [{"ledger": "points", "add": -2}]},
        {"id": "E", "on": "tab_hidden"},
        {**RULE, "id": "S", "mode": "sample", "every_ms": 10000},
    ],
    "gap": {"video": {"ms": 10000, "on": "reset"}},
    "report": {
        "deduct": {"by_rule": {"E": 0.5}, "by_severity": {"critical": 2.4}, "use_confidence": True},
        "recommend": [{"if": [["flags.E", "==", 0]], "then": "PASS"}, {"then": "REVIEW_REQUIRED"}],
    },
}  # fmt: skip


def test_a_whole_policy_is_read() -> None:
    policy = parse_policy(WHOLE)
    ledger = policy.ledgers[0]
    assert (ledger.start_milli, ledger.floor_milli, ledger.cap_milli) == (1500, 0, 50000)
    assert ledger.decay == Decay(250, 500, "linear", "no_violation")
    assert ledger.window == Window(30000, "sample", 10000, True)
    rule = policy.rule("R")
    assert (rule.label, rule.severity, rule.strict, rule.once) == ("Words", "info", True, True)
    assert (rule.hold_unknown, rule.confidence, rule.worst, rule.min_records) == (True, "p", "yaw", 3)
    assert [(effect.ledger, effect.add_milli) for effect in rule.effects] == [("points", -2000)]
    assert [(one.id, one.mode, one.lasting) for one in policy.rules] == [
        ("R", "sustained", True),
        ("E", "event", False),
        ("S", "sample", False),
    ]
    assert policy.gaps == (("video", 10000),)
    assert (policy.deduct.milli("E", "critical"), policy.deduct.milli("R", "critical")) == (500, 2400)
    assert policy.deduct.milli("R", "info") == 0


def test_defaults() -> None:
    policy = parse_policy({"ledgers": {"a": {}, "b": {}}, "rules": [RULE]})
    rule = policy.rules[0]
    assert (policy.tick_stream, policy.score_sum) == ("video", ("a", "b"))
    assert policy.stream_rank == ("browser", "server", "audio", "video", "objects")
    assert (rule.label, rule.severity, rule.strict, rule.once, rule.hold_unknown) == (
        "R",
        "warning",
        False,
        False,
        False,
    )


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    turned = dict(reversed(list(WHOLE.items())))
    assert parse_policy(turned).sha256 == parse_policy(WHOLE).sha256
    assert parse_policy({**WHOLE, "name": "other"}).sha256 != parse_policy(WHOLE).sha256


def test_a_report_part_is_a_policy_without_rules() -> None:
    policy = parse_policy({"deduct": {"by_severity": {"critical": 2.4}}})
    assert (policy.rules, policy.ledgers, policy.deduct.milli("X", "critical")) == ((), (), 2400)


def test_an_unknown_rule_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        parse_policy(WHOLE).rule("nobody")


def change(path: list[Any], value: object) -> dict[str, Any]:
    document = copy.deepcopy(WHOLE)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "at", "words"),
    [
        (["rulez"], [], "rulez", "did you mean 'rules'"),
        (["name"], 3, "name", "must be text"),
        (["name"], " ", "name", "must be text and not empty"),
        (["tick_stream"], "vidoe", "tick_stream", "must be one of"),
        (["stream_rank"], ["browser", "browser"], "stream_rank", "twice"),
        (["stream_rank"], ["radio"], "stream_rank[0]", "is not a stream"),
        (["ledgers"], [], "ledgers", "must be an object, not a list"),
        (["ledgers", "points", "start"], "1", "ledgers.points.start", "must be a number"),
        (["ledgers", "points", "start"], -1, "ledgers.points.floor", "lies above start"),
        (["ledgers", "points", "start"], 51, "ledgers.points.cap", "lies below start"),
        (["ledgers", "points", "cap"], 2e9, "ledgers.points.cap", "must lie between"),
        (["ledgers", "points", "cap"], float("inf"), "ledgers.points.cap", "finite"),
        (["ledgers", "points", "cap"], 50.0001, "ledgers.points.cap", "thousandths"),
        (["ledgers", "points", "decay"], {}, "ledgers.points.decay.points", "is missing"),
        (["ledgers", "points", "decay", "points"], 0, "ledgers.points.decay.points", "more than 0"),
        (
            ["ledgers", "points", "decay", "every_ms"],
            0,
            "ledgers.points.decay.every_ms",
            "must lie between 1",
        ),
        (["ledgers", "points", "decay", "mode"], "slow", "ledgers.points.decay.mode", "must be one of"),
        (["ledgers", "points", "window", "ms"], 10, "ledgers.points.window.ms", "must lie between 1000"),
        (["ledgers", "points", "window", "flag_at"], None, "ledgers.points.window.reset_on_flag", "flag_at"),
        (
            ["ledgers", "points", "window", "reset_on_flag"],
            1,
            "ledgers.points.window.reset_on_flag",
            "true or false",
        ),
        (["score", "sum"], ["pints"], "score.sum[0]", "is not a ledger of this policy"),
        (["rules"], {}, "rules", "must be a list"),
        (["rules", 0], 3, "rules[0]", "must be an object, not a number"),
        (["rules", 0, "id"], None, "rules[0].id", "is missing"),
        (["rules", 1, "id"], "R", "rules[1].id", "the id of another rule"),
        (["rules", 0, "on"], "x", "rules[0]", "either when (a condition) or on"),
        (["rules", 0, "for"], 3, "rules[0].for", "did you mean 'for_ms'"),
        (["rules", 0, "for_ms"], 3.5, "rules[0].for_ms", "whole number of milliseconds"),
        (["rules", 0, "for_ms"], -1, "rules[0].for_ms", "must lie between 0"),
        (["rules", 0, "cmp"], "<", "rules[0].cmp", "must be one of >, >="),
        (["rules", 0, "unknown"], True, "rules[0].unknown", "must be one of false, hold"),
        (["rules", 0, "severity"], "fatal", "rules[0].severity", "must be one of info, warning, critical"),
        (["rules", 0, "every_ms"], 3, "rules[0].every_ms", "no meaning for mode sustained"),
        (["rules", 0, "when", "op"], "=", "rules[0].when.op", "must be one of"),
        (["rules", 0, "effects", 0, "ledger"], "pints", "rules[0].effects[0].ledger", "is not a ledger"),
        (["rules", 0, "effects", 0, "add"], "2", "rules[0].effects[0].add", "must be a number"),
        (["rules", 1, "for_ms"], 3, "rules[1].for_ms", "no meaning for a rule on an event"),
        (["rules", 1, "on"], "gap.radio", "rules[1].on", "is not a stream"),
        (["rules", 2, "release_ms"], 3, "rules[2].release_ms", "no meaning for mode sample"),
        (["gap", "radio"], {"ms": 1}, "gap.radio", "is not a stream"),
        (["gap", "video", "on"], "stop", "gap.video.on", "must be one of reset"),
        (["gap", "video", "ms"], True, "gap.video.ms", "whole number"),
        (["report", "deduct", "by_rule"], {"X": 1}, "report.deduct.by_rule.X", "is not a rule"),
        (
            ["report", "deduct", "by_severity"],
            {"bad": 1},
            "report.deduct.by_severity.bad",
            "is not a severity",
        ),
        (
            ["report", "deduct", "by_severity"],
            {"info": -1},
            "report.deduct.by_severity.info",
            "between 0 and 100",
        ),
        (["report", "recommend", 0, "then"], "FAIL", "report.recommend[0].then", "must be one of PASS"),
        (
            ["report", "recommend", 0, "if"],
            [["x", "==", 0]],
            "report.recommend[0].if[0][0]",
            "is not a field",
        ),
        (["report", "recommend", 0, "if"], [["score", "="]], "report.recommend[0].if[0]", "must be [field"),
        (
            ["report", "recommend", 0, "if"],
            [["score", "=", 1]],
            "report.recommend[0].if[0][1]",
            "not an operator",
        ),
    ],
)
def test_a_wrong_key_is_refused_by_its_path(path: list[Any], value: object, at: str, words: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(change(path, value))
    assert refused.value.path == at
    assert words in refused.value.message


@pytest.mark.parametrize("document", [None, [], "x", 3])
def test_a_document_that_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(PolicyError, match="must be an object"):
        parse_policy(document)


def test_an_empty_object_is_a_policy_that_watches_nothing() -> None:
    policy = parse_policy({})
    assert isinstance(policy, Policy)
    assert (policy.name, policy.rules) == ("unnamed", ())

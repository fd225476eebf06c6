"""A risk policy: what its JSON document means, as frozen values.

Keys beside those of the format: `label` (words shown to people), `explain` (one sentence with the reason),
`worst` (a signal: the record of the episode with its greatest absolute value is the evidence moment),
`min_records` (the fewest records showing a sustained condition before it may fire, default 1, so that a frame
that is merely held while the camera stalls is not a violation), `needs` (a detector of `detect`: the rule
fires only while it alarms, see `analysis.changepoint`; `sensitivity` chooses its limit) and `until` (beside
`on`: the event or events that end what `on` began; the rule fires when none came within `for_ms`, see
`analysis.risk.spans`). None of them enters a flag's id.

Defaults where a key is absent: `cmp` `>=`, `repeat` `restart`, `unknown` `false`, `severity` `warning`, decay
`stepped` and `always`, window `exact`, `score.sum` every ledger. A document with only `deduct` / `recommend`
is a report part: a policy without rules. Without `report.deduct` or `report.recommend` the parts below apply,
so that an integrity score and a recommendation always exist; nothing here fails anybody.
"""

from __future__ import annotations

import hashlib
import json

from analysis.changepoint import FALSE_WARNINGS_PER_H, SENSITIVITIES
from analysis.risk.conditions import (
    OPERATORS,
    parse_condition,
    parse_operand,
    signals_of,
)
from analysis.risk.detecting import parse_detectors
from analysis.risk.log import LARGEST_N, STREAMS, dump_canonical
from analysis.risk.points import MILLI
from analysis.risk.reading import PolicyError, Section, items_of, milli_of
from analysis.risk.terms import (
    Decay,
    Deduct,
    Effect,
    Ledger,
    Policy,
    Recommendation,
    Requirement,
    Rule,
    Window,
)

__all__ = [
    "FALSE_WARNINGS_PER_H",
    "Decay",
    "Deduct",
    "Effect",
    "Ledger",
    "Policy",
    "PolicyError",
    "Recommendation",
    "Requirement",
    "Rule",
    "Window",
    "parse_policy",
    "with_sensitivity",
]

SEVERITIES = ("info", "warning", "critical")
SHORTEST_WINDOW_MS = 1000
FALLBACK_DEDUCT: dict[str, object] = {"by_severity": {"critical": 8, "warning": 2, "info": 0}}
FALLBACK_RECOMMEND: list[object] = [
    {"if": [["critical_flags", "==", 0], ["integrity_score", ">=", 95]], "then": "PASS"},
    {"if": [["integrity_score", ">=", 70]], "then": "PASS_WITH_REVIEW"},
    {"then": "REVIEW_REQUIRED"},
]
RECOMMENDATIONS = ("PASS", "PASS_WITH_REVIEW", "REVIEW_REQUIRED")
REPORT_FIELDS = ("integrity_score", "critical_flags", "warning_flags", "info_flags", "total_events", "score")
RULE_FIELD = "flags."


TOP_KEYS = (
    *("name", "label", "description", "tick_stream", "stream_rank"),
    *("ledgers", "score", "detect", "sensitivity", "rules", "gap", "report"),
)
REPORT_KEYS = ("deduct", "recommend")
RULE_KEYS = (
    *("id", "label", "explain", "severity", "on", "until", "when", "mode", "every_ms"),
    *("for_ms", "cmp", "release_ms"),
    *("repeat", "cooldown_ms", "unknown", "min_records", "confidence", "worst", "needs", "effects"),
)
MODE_WORDS = {
    "event": "a rule on an event",
    "span": "a rule on an event that lasts",
    "sample": "mode sample",
    "sustained": "mode sustained",
}
SUSTAINED_KEYS = ("for_ms", "cmp", "release_ms", "repeat", "unknown", "worst", "min_records", "needs")


def parse_policy(document: object) -> Policy:
    """A policy from its JSON document.

    Raises:
        PolicyError: with the path of the wrong key and, in words, what is wrong with it.
    """
    if isinstance(document, dict) and document and set(document) <= set(REPORT_KEYS):
        document = {"name": "report part", "report": document}
    top = Section(document, "", TOP_KEYS)
    ledgers = tuple(_ledger(*item) for item in top.members("ledgers"))
    detect = parse_detectors(top)
    rules = _rules(top, tuple(ledger.name for ledger in ledgers), tuple(one.name for one in detect))
    report = Section(top.values.get("report", {}), "report", REPORT_KEYS)
    name = top.text("name", "unnamed")
    top.text("description", "-")
    source = _canonical(document)
    return Policy(
        name=name,
        label=top.text("label", name),
        tick_stream=top.choice("tick_stream", STREAMS, "video"),
        stream_rank=_stream_rank(top),
        ledgers=ledgers,
        score_sum=_score_sum(top, tuple(ledger.name for ledger in ledgers)),
        rules=rules,
        gaps=tuple(_gap(*item) for item in top.members("gap")),
        deduct=_deduct(report, rules),
        recommend=_recommend(report, rules),
        detect=detect,
        sensitivity=top.choice("sensitivity", SENSITIVITIES, "normal"),
        source=source,
        sha256=hashlib.sha256(source.encode("ascii")).hexdigest(),
    )


def with_sensitivity(policy: Policy, sensitivity: str) -> Policy:
    """The same policy at another sensitivity; one that gathers no evidence has none."""
    if not policy.detect or policy.sensitivity == sensitivity:
        return policy
    return parse_policy({**json.loads(policy.source), "sensitivity": sensitivity})


def _canonical(document: object) -> str:
    try:
        return dump_canonical(document)
    except (TypeError, ValueError) as error:
        raise PolicyError("", f"is not plain JSON: {error}") from None


def _stream_rank(top: Section) -> tuple[str, ...]:
    named = tuple(_one_of(value, STREAMS, at, "a stream") for at, value in top.items("stream_rank"))
    if len(set(named)) != len(named):
        raise PolicyError("stream_rank", "names a stream twice")
    return named + tuple(stream for stream in STREAMS if stream not in named)


def _one_of(value: object, names: tuple[str, ...], path: str, what: str) -> str:
    if not isinstance(value, str) or value not in names:
        raise PolicyError(path, f"{value!r} is not {what}; known: {', '.join(names) or 'none'}")
    return value


def _score_sum(top: Section, names: tuple[str, ...]) -> tuple[str, ...]:
    score = Section(top.values.get("score", {}), "score", ("sum",))
    if "sum" not in score:
        return names
    return tuple(_one_of(value, names, at, "a ledger of this policy") for at, value in score.items("sum"))


def _gap(stream: str, path: str, value: object) -> tuple[str, int]:
    _one_of(stream, STREAMS, path, "a stream")
    gap = Section(value, path, ("ms", "on"))
    gap.choice("on", ("reset",), "reset")
    return stream, gap.milliseconds("ms", least=1)


def _ledger(name: str, path: str, value: object) -> Ledger:
    section = Section(value, path, ("start", "floor", "cap", "decay", "window"))
    start = section.milli("start") if "start" in section else 0
    floor, cap = section.optional_milli("floor"), section.optional_milli("cap")
    if floor is not None and start < floor:
        raise PolicyError(section.at("floor"), "lies above start")
    if cap is not None and start > cap:
        raise PolicyError(section.at("cap"), "lies below start")
    return Ledger(name, start, floor, cap, _decay(section), _window(section))


def _decay(ledger: Section) -> Decay | None:
    if "decay" not in ledger:
        return None
    decay = Section(ledger.values["decay"], ledger.at("decay"), ("points", "every_ms", "mode", "when"))
    points_milli = decay.milli("points")
    if points_milli <= 0:
        raise PolicyError(decay.at("points"), "must be more than 0")
    mode = decay.choice("mode", ("stepped", "linear", "resync"), "stepped")
    when = decay.choice("when", ("always", "no_violation"), "always")
    return Decay(points_milli, decay.milliseconds("every_ms", least=1), mode, when)


def _window(ledger: Section) -> Window | None:
    if "window" not in ledger:
        return None
    window = Section(
        ledger.values["window"], ledger.at("window"), ("ms", "align", "flag_at", "reset_on_flag")
    )
    flag_at = window.optional_milli("flag_at")
    reset = window.boolean("reset_on_flag", False)
    if reset and flag_at is None:
        raise PolicyError(window.at("reset_on_flag"), "needs flag_at")
    ms = window.milliseconds("ms", least=SHORTEST_WINDOW_MS)
    return Window(ms, window.choice("align", ("exact", "sample"), "exact"), flag_at, reset)


def _rules(top: Section, ledgers: tuple[str, ...], detectors: tuple[str, ...]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for path, value in top.items("rules"):
        rule = _rule(value, path, ledgers, detectors)
        if any(rule.id == other.id for other in rules):
            raise PolicyError(f"{path}.id", f"{rule.id!r} is the id of another rule too")
        rules.append(rule)
    return tuple(rules)


def _rule(value: object, path: str, ledgers: tuple[str, ...], detectors: tuple[str, ...]) -> Rule:
    section = Section(value, path, RULE_KEYS)
    if ("when" in section) == ("on" in section):
        raise PolicyError(path, "must hold either when (a condition) or on (an event)")
    on = section.text("on") if "on" in section else None
    until = _until(section, on)
    mode = _mode(section, on, until)
    _refuse_foreign_keys(section, mode)
    if on is not None and on.startswith("gap."):
        _one_of(on[len("gap.") :], STREAMS, section.at("on"), "a stream")
    when = parse_condition(section.values["when"], section.at("when")) if on is None else None
    rule_id = section.text("id")
    return Rule(
        id=rule_id,
        label=section.text("label", rule_id.replace("_", " ").capitalize()),
        explain=section.text("explain", ""),
        severity=section.choice("severity", SEVERITIES, "warning"),
        on=on,
        until=until,
        when=when,
        signals=signals_of(when) if when is not None else frozenset(),
        mode=mode,
        every_ms=section.milliseconds("every_ms", 0),
        for_ms=section.milliseconds("for_ms", 0),
        strict=section.choice("cmp", (">", ">="), ">=") == ">",
        release_ms=section.milliseconds("release_ms", 0),
        once=section.choice("repeat", ("restart", "once"), "restart") == "once",
        cooldown_ms=section.milliseconds("cooldown_ms", 0),
        hold_unknown=_hold_unknown(section),
        min_records=section.whole("min_records", 1, 1, LARGEST_N, "a whole number of records"),
        confidence=section.text("confidence") if "confidence" in section else None,
        worst=section.text("worst") if "worst" in section else None,
        needs=_one_of(section.text("needs"), detectors, section.at("needs"), "a detector of this policy")
        if "needs" in section
        else None,
        effects=tuple(_effect(item, at, ledgers) for at, item in section.items("effects")),
    )


def _mode(section: Section, on: str | None, until: tuple[str, ...]) -> str:
    if on is not None:
        return "span" if until else "event"
    return section.choice("mode", ("sustained", "sample"), "sustained")


def _until(section: Section, on: str | None) -> tuple[str, ...]:
    """One event's name, or a list of them."""
    if "until" not in section:
        return ()
    path = section.at("until")
    if on is None or on.startswith("gap."):
        raise PolicyError(path, "belongs to a rule on an event of the log")
    value = section.values["until"]
    names = [(path, value)] if isinstance(value, str) else items_of(value, path)
    ends = tuple(_ending(name, at, on) for at, name in names)
    if not ends:
        raise PolicyError(path, "must name at least one event")
    return ends


def _ending(name: object, path: str, on: str) -> str:
    if not isinstance(name, str) or not name:
        raise PolicyError(path, "must be the name of an event")
    if name == on:
        raise PolicyError(path, "is the event that begins it")
    return name


def _refuse_foreign_keys(section: Section, mode: str) -> None:
    foreign: tuple[str, ...] = () if mode == "sustained" else SUSTAINED_KEYS
    foreign = foreign[1:] if mode == "span" else foreign
    foreign += ("every_ms",) if mode != "sample" else ()
    foreign += ("mode",) if mode in ("event", "span") else ()
    for key in foreign:
        if key in section:
            raise PolicyError(section.at(key), f"has no meaning for {MODE_WORDS[mode]}")


def _hold_unknown(section: Section) -> bool:
    """`unknown` is written as the text false or hold; JSON's own false is understood too."""
    if section.values.get("unknown") is False:
        return False
    return section.choice("unknown", ("false", "hold"), "false") == "hold"


def _effect(value: object, path: str, ledgers: tuple[str, ...]) -> Effect:
    section = Section(value, path, ("ledger", "add"))
    name = _one_of(section.text("ledger"), ledgers, section.at("ledger"), "a ledger of this policy")
    return Effect(name, section.milli("add"))


def _deduct(report: Section, rules: tuple[Rule, ...]) -> Deduct:
    value = report.values.get("deduct", FALLBACK_DEDUCT)
    deduct = Section(value, "report.deduct", ("by_rule", "by_severity", "use_confidence"))
    names = tuple(rule.id for rule in rules)
    return Deduct(
        by_rule=_amounts(deduct, "by_rule", names, "a rule of this policy"),
        by_severity=_amounts(deduct, "by_severity", SEVERITIES, "a severity"),
        use_confidence=deduct.boolean("use_confidence", False),
    )


def _amounts(deduct: Section, key: str, names: tuple[str, ...], what: str) -> tuple[tuple[str, int], ...]:
    amounts: list[tuple[str, int]] = []
    for name, path, value in deduct.members(key):
        amount = milli_of(value, path)
        if not 0 <= amount <= 100 * MILLI:
            raise PolicyError(path, "must lie between 0 and 100 points")
        amounts.append((_one_of(name, names, path, what), amount))
    return tuple(amounts)


def _recommend(report: Section, rules: tuple[Rule, ...]) -> tuple[Recommendation, ...]:
    ladder: list[Recommendation] = []
    for path, value in items_of(report.values.get("recommend", FALLBACK_RECOMMEND), "report.recommend"):
        rung = Section(value, path, ("if", "then"))
        requirements = tuple(_requirement(item, at, rules) for at, item in rung.items("if"))
        ladder.append(Recommendation(requirements, rung.choice("then", RECOMMENDATIONS)))
    return tuple(ladder)


def _requirement(value: object, path: str, rules: tuple[Rule, ...]) -> Requirement:
    parts = items_of(value, path)
    if len(parts) != 3:
        raise PolicyError(path, 'must be [field, op, value], like ["integrity_score", ">=", 95]')
    fields = REPORT_FIELDS + tuple(RULE_FIELD + rule.id for rule in rules)
    name = _one_of(parts[0][1], fields, parts[0][0], "a field of the report")
    op = _one_of(parts[1][1], OPERATORS, parts[1][0], "an operator")
    return Requirement(name, op, parse_operand(parts[2][1], op, path))

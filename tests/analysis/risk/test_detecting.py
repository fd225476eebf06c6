"""Evidence inside the fold: rules wait for it, a gap forgets it, a stored state goes on from it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.changepoint import Evidence
from analysis.risk.fold import advance, initial_state
from analysis.risk.log import Record
from analysis.risk.policy import PolicyError, with_sensitivity
from analysis.risk.state import RiskState
from tests.analysis.risk.builders import SESSION, episodes_of, faces, fired_at, no_face_rule, policy_of, run

NOBODY: dict[str, Any] = {
    "signal": "face_count",
    "llr_milli": [["==", 0, 1000], [">", 0, -1000]],
    "limit_milli": {"low": 6000, "normal": 4000, "high": 2000},
}


def policy(sensitivity: str = "normal", **changes: Any) -> Any:
    rule = no_face_rule(needs="nobody", release_ms=1500, repeat="once")
    return policy_of(rule, detect={"nobody": {**NOBODY, **changes}}, sensitivity=sensitivity)


@pytest.mark.parametrize(("sensitivity", "t_ms"), [("high", 2000), ("normal", 3000), ("low", 5000)])
def test_a_rule_waits_for_its_evidence_and_still_begins_where_it_began(sensitivity: str, t_ms: int) -> None:
    result = run(faces(*[0] * 8), policy(sensitivity), 8000)
    assert fired_at(result.flags) == [("NO_FACE", 0, t_ms)]
    assert episodes_of(result) == [("NO_FACE", 0, 8000)]


def test_what_flickers_gathers_nothing() -> None:
    flicker = faces(*[0, 1] * 20)
    assert run(flicker, policy()).flags == ()
    unproven = policy_of(no_face_rule(release_ms=1500, repeat="once"))
    assert len(run(flicker, unproven).flags) == 1


def test_a_row_may_look_at_other_signals_of_the_record() -> None:
    wide = {"signal": "yaw", "op": "abs>=", "value": 40}
    rows = [{"when": wide, "llr_milli": 2000}, ["==", True, 500], ["==", False, -500]]
    turned = {"signal": "looking_away", "llr_milli": rows, "limit_milli": NOBODY["limit_milli"]}
    state = initial_state(policy_of(no_face_rule(), detect={"turned": turned}), SESSION)
    sums = []
    for s, (away, yaw) in enumerate([(True, 45), (True, 30), (True, None), (False, 1), (None, None)]):
        values = {"looking_away": away, "yaw": yaw}
        rules = policy_of(no_face_rule(), detect={"turned": turned})
        state = advance(state, Record("video", s, s * 1000, values=values), rules).state
        sums.append(state.evidence["turned"].sum_milli)
    assert sums == [2000, 2500, 3000, 2500, 2500]


def test_silence_forgets() -> None:
    gap = {"video": {"ms": 5000, "on": "reset"}}
    rule = no_face_rule(needs="nobody")
    held = policy_of(rule, detect={"nobody": NOBODY}, gap=gap)
    again = [Record("video", 100 + n, 20_000 + n * 1000, values={"face_count": 0}) for n in range(3)]
    assert run([*faces(0, 0, 0), *again], held, 22_000).flags == ()


def test_a_stored_state_goes_on() -> None:
    rules = policy()
    state = initial_state(rules, SESSION)
    flags = []
    for record in faces(0, 0, 0, 0, 0):
        step = advance(RiskState.from_json(json.loads(json.dumps(state.to_json()))), record, rules)
        state, flags = step.state, [*flags, *step.opened]
    assert [flag.id for flag in flags] == [flag.id for flag in run(faces(0, 0, 0, 0, 0), rules).flags]
    assert state.evidence == {"nobody": Evidence(5000, True, 4000)}


def test_a_state_from_before_there_was_evidence_can_be_read() -> None:
    old = initial_state(policy(), SESSION).to_json()
    del old["evidence"]
    assert RiskState.from_json(old).evidence == {}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"llr_milli": []}, "detect.nobody.llr_milli"),
        ({"llr_milli": [["==", 0]]}, "detect.nobody.llr_milli[0]"),
        ({"llr_milli": [["~", 0, 1]]}, "detect.nobody.llr_milli[0][0]"),
        ({"llr_milli": [["==", 0, 1.5]]}, "detect.nobody.llr_milli[0][2]"),
        ({"llr_milli": [{"llr_milli": 5}]}, "detect.nobody.llr_milli[0].when"),
        ({"llr_milli": [{"when": {"any": []}, "llr_milli": 5}]}, "detect.nobody.llr_milli[0].when.any"),
        (
            {"llr_milli": [{"when": {"signal": "a", "op": "==", "value": 1}}]},
            "detect.nobody.llr_milli[0].llr_milli",
        ),
        ({"limit_milli": {"low": 1, "normal": 2, "high": 3}}, "detect.nobody.limit_milli"),
        ({"limit_milli": {"low": 1}}, "detect.nobody.limit_milli.normal"),
        ({"ceiling_milli": 10}, "detect.nobody.ceiling_milli"),
        ({"half_life": 3}, "detect.nobody.half_life"),
    ],
)
def test_wrong_evidence_is_refused_by_its_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy(**changes)
    assert refused.value.path == path


def test_a_rule_needs_what_there_is() -> None:
    with pytest.raises(PolicyError) as refused:
        policy_of(no_face_rule(needs="somebody"), detect={"nobody": NOBODY})
    assert refused.value.path == "rules[0].needs"


def test_the_sensitivity_is_part_of_the_policy_where_it_means_something() -> None:
    rules = policy()
    low = with_sensitivity(rules, "low")
    assert (low.sensitivity, low.sha256 == rules.sha256) == ("low", False)
    assert with_sensitivity(low, "normal").rules == rules.rules
    assert with_sensitivity(rules, "normal") is rules
    without = policy_of(no_face_rule())
    assert with_sensitivity(without, "high") is without

"""A policy for one person: what is off never fires, what is patient fires later, all else stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.risk.adjusting import adjusted, changes_between
from analysis.risk.areas import AREA_NAMES, PATIENT_AREAS, Adjustment
from analysis.risk.library import load_policy, policy_names
from analysis.risk.log import Record
from analysis.risk.policy import Policy, parse_policy
from analysis.risk.result import replay
from tests.analysis.risk.builders import SESSION, browser, policy_of, video

DEFAULT = load_policy("default")

records = st.lists(
    st.fixed_dictionaries(
        {
            "face_count": st.sampled_from([0, 0, 1, 1, 2, None]),
            "looking_away": st.sampled_from([True, True, False, None]),
            "eyes_closed": st.sampled_from([True, False, None]),
            "phone": st.sampled_from([True, False, None]),
            "persons": st.sampled_from([0, 1, None]),
            "speech": st.sampled_from([True, False, None]),
            "quality": st.sampled_from([0.2, 0.9, None]),
            "camera_blocked": st.booleans(),
        }
    ),
    min_size=1,
    max_size=12,
)
repeats = st.lists(st.integers(1, 15), min_size=12, max_size=12)


def sitting(values: list[dict[str, Any]], lasting: list[int]) -> list[Record]:
    """Every moment lasts some seconds; after each the tab is left."""
    log: list[Record] = []
    for place, (moment, seconds) in enumerate(zip(values, lasting, strict=False), start=1):
        log += [
            video(len(log) + again, (len(log) + again) * 1000, **moment) for again in range(1, seconds + 1)
        ]
        log.append(browser(place, len(log) * 1000, "tab_hidden"))
    return log


def first_fired(policy: Policy, log: list[Record]) -> dict[str, int]:
    found: dict[str, int] = {}
    for flag in replay(log, policy, SESSION).flags:
        found.setdefault(flag.rule, flag.t_ms)
    return found


def rules_of(policy: Policy) -> set[str]:
    return {rule.id for rule in policy.rules}


def test_nothing_adjusted_is_the_same_policy(presets_dir: Path) -> None:
    for name in policy_names(presets_dir=presets_dir):
        policy = load_policy(name, presets_dir=presets_dir)
        assert adjusted(policy, Adjustment()).sha256 == policy.sha256


@pytest.mark.parametrize("area", AREA_NAMES)
def test_every_preset_can_be_adjusted(presets_dir: Path, area: str) -> None:
    for name in policy_names(presets_dir=presets_dir):
        policy = load_policy(name, presets_dir=presets_dir)
        without = adjusted(policy, Adjustment(off=frozenset({area})))
        assert adjusted(policy, Adjustment(off=frozenset({area}))).sha256 == without.sha256
        if area in PATIENT_AREAS:
            patient = adjusted(policy, Adjustment(patience=((area, 300),)))
            assert rules_of(patient) == rules_of(policy)


def test_an_area_that_is_off_takes_its_rules_along() -> None:
    gone = {area: rules_of(DEFAULT) - rules_of(without(area)) for area in AREA_NAMES}
    assert gone["gaze"] == {"LOOKING_OFF_SCREEN"}
    assert gone["pose"] == {"LOOKING_AWAY", "MOVEMENT", "LEANING"}
    assert gone["eyes"] == {"EYES_CLOSED"}
    assert gone["tabs"] == {"TAB_HIDDEN", "WINDOW_BLUR"}
    assert gone["full_screen"] == {"FULL_SCREEN_LEFT"}
    assert gone["objects"] == {"FACE_NOT_SEEN", "PHONE", "SOMEBODY_NEAR", "OTHER_SCREEN", "BOOK"}
    assert gone["speech"] == {
        *("SPEECH", "SPEECH_LONG", "SECOND_VOICE", "OFF_CAMERA_VOICE", "MICROPHONE_LOST", "SOUND_GAP")
    }
    assert gone["camera"] >= gone["face"] | gone["pose"] | gone["eyes"] | gone["gaze"] | {"CAMERA_LOST"}


def without(area: str) -> Policy:
    return adjusted(DEFAULT, Adjustment(off=frozenset({area})))


def test_detectors_without_evidence_go_and_deductions_with_their_rules() -> None:
    document = json.loads(without("objects").source)
    assert {"phone_seen", "screen_seen", "book_seen", "somebody_near"}.isdisjoint(document["detect"])
    assert "nobody" in document["detect"]
    assert "TAB_HIDDEN" not in json.loads(without("tabs").source)["report"]["deduct"]["by_rule"]


def test_patience_lengthens_times_and_slows_evidence_but_not_its_fading() -> None:
    document = json.loads(adjusted(DEFAULT, Adjustment(patience=(("pose", 250),))).source)
    rules = {rule["id"]: rule for rule in document["rules"]}
    assert (rules["LOOKING_AWAY"]["for_ms"], rules["LOOKING_AWAY"]["min_records"]) == (12_500, 8)
    assert rules["NO_FACE"]["for_ms"] == 3000
    table = document["detect"]["turned_away"]["llr_milli"]
    assert [row["llr_milli"] if isinstance(row, dict) else row[2] for row in table] == [300, 900, -990]
    assert document["detect"]["turned_away"]["limit_milli"]["normal"] == 2900


def test_the_changes_are_named_by_the_rules_labels() -> None:
    adjustment = Adjustment(off=frozenset({"gaze"}), patience=(("eyes", 200),))
    changes = changes_between(DEFAULT, adjusted(DEFAULT, adjustment))
    assert (changes.off, changes.patient) == (("Eyes off the screen",), ("Eyes closed",))
    assert changes_between(DEFAULT, DEFAULT).off == ()


def test_what_is_left_of_a_condition_decides() -> None:
    away = {"signal": "looking_away", "op": "==", "value": True}
    phone = {"signal": "phone", "op": "==", "value": True}
    rules = [
        {"id": "EITHER", "when": {"any": [away, phone]}},
        {"id": "BOTH", "when": {"all": [away, phone]}},
        {"id": "NEITHER", "when": {"not": {"any": [away, phone]}}},
        {"id": "NOT_BOTH", "when": {"not": {"all": [away, phone]}}},
    ]
    document = json.loads(adjusted(policy_of(*rules), Adjustment(off=frozenset({"objects"}))).source)
    assert {rule["id"]: rule["when"] for rule in document["rules"]} == {
        "EITHER": {"any": [away]},
        "NOT_BOTH": {"not": {"all": [away]}},
    }


def test_a_rung_that_asks_for_flags_of_a_rule_that_is_off_never_fits() -> None:
    ladder = {
        "recommend": [
            {"if": [["flags.TAB", ">=", 1]], "then": "REVIEW_REQUIRED"},
            {"if": [["flags.TAB", "==", 0], ["integrity_score", ">=", 50]], "then": "PASS"},
            {"then": "PASS_WITH_REVIEW"},
        ]
    }
    policy = policy_of({"id": "TAB", "on": "tab_hidden"}, report=ladder)
    derived = adjusted(policy, Adjustment(off=frozenset({"tabs"})))
    assert json.loads(derived.source)["report"]["recommend"] == [
        {"if": [["integrity_score", ">=", 50]], "then": "PASS"},
        {"then": "PASS_WITH_REVIEW"},
    ]
    assert replay([browser(1, 0, "tab_hidden")], derived, SESSION).report.recommendation == "PASS"


@pytest.mark.parametrize(
    ("adjustment", "words"),
    [
        ({"off": frozenset({"smell"})}, "no area 'smell'"),
        ({"patience": (("tabs", 200),)}, "no duration"),
        ({"patience": (("pose", 50),)}, "between 110 and 1000"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(adjustment: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Adjustment(**adjustment)


@given(records, repeats, st.sets(st.sampled_from(AREA_NAMES)))
def test_what_is_off_never_fires_and_all_else_as_before(
    values: list[dict[str, Any]], lasting: list[int], off: set[str]
) -> None:
    log = sitting(values, lasting)
    before, after = first_fired(DEFAULT, log), first_fired(adjusted(DEFAULT, off_only(off)), log)
    kept = rules_of(adjusted(DEFAULT, off_only(off)))
    assert after == {rule: t_ms for rule, t_ms in before.items() if rule in kept}


def off_only(off: set[str]) -> Adjustment:
    return Adjustment(off=frozenset(off))


@given(records, repeats, st.dictionaries(st.sampled_from(PATIENT_AREAS), st.integers(110, 1000)))
def test_patience_never_fires_earlier(
    values: list[dict[str, Any]], lasting: list[int], patience: dict[str, int]
) -> None:
    log = sitting(values, lasting)
    patient = adjusted(DEFAULT, Adjustment(patience=tuple(sorted(patience.items()))))
    before, after = first_fired(DEFAULT, log), first_fired(patient, log)
    assert set(after) <= set(before)
    assert all(t_ms >= before[rule] for rule, t_ms in after.items())


def test_an_adjusted_policy_is_parsed_from_its_own_source() -> None:
    derived = without("gaze")
    assert parse_policy(json.loads(derived.source)).sha256 == derived.sha256 != DEFAULT.sha256

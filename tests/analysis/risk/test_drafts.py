"""Policies as people edit them: unchanged stays equal, and every change lands where it belongs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.risk.drafts import RuleDraft, document_of, drafts_of
from analysis.risk.library import load_policy, policy_names
from analysis.risk.policy import parse_policy

BASE: dict[str, Any] = json.loads(load_policy("default").source)


def changed(rule: str, **changes: Any) -> dict[str, Any]:
    drafts = [replace(one, **changes) if one.id == rule else one for one in drafts_of(BASE, BASE)]
    return document_of(BASE, BASE, drafts, "default")


def rule_of(document: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(one for one in document["rules"] if one["id"] == rule)


def test_what_nobody_changed_is_the_same_policy(presets_dir: Path) -> None:
    for name in policy_names(presets_dir=presets_dir):
        document = json.loads(load_policy(name, presets_dir=presets_dir).source)
        again = document_of(document, document, drafts_of(document, document), document.get("name", name))
        assert again == {"name": name, **document}


def test_a_rule_in_words() -> None:
    draft = next(one for one in drafts_of(BASE, BASE) if one.id == "MULTIPLE_FACES")
    assert draft == RuleDraft(
        id="MULTIPLE_FACES",
        label="Several faces",
        explain="More than one face was in the camera's picture for at least 2 seconds.",
        on=True,
        severity="critical",
        condition="face_count >",
        threshold=1,
        for_ms=2000,
        release_ms=2500,
        points=(("temporary", 10), ("permanent", 5)),
    )


@pytest.mark.parametrize(
    ("changes", "key", "value"),
    [
        ({"severity": "info"}, "severity", "info"),
        ({"threshold": 2.0}, "when", {"signal": "face_count", "op": ">", "value": 2}),
        ({"for_ms": 5000}, "for_ms", 5000),
        ({"release_ms": 0}, "release_ms", 0),
        ({"points": (("temporary", 1.5),)}, "effects", [{"ledger": "temporary", "add": 1.5}]),
    ],
)
def test_each_change_lands_in_its_key(changes: dict[str, Any], key: str, value: object) -> None:
    document = changed("MULTIPLE_FACES", **changes)
    assert rule_of(document, "MULTIPLE_FACES") == {**rule_of(BASE, "MULTIPLE_FACES"), key: value}
    parse_policy(document)


def test_a_rule_that_is_off_is_left_out_and_found_again() -> None:
    off = changed("TAB_HIDDEN", on=False)
    assert [one["id"] for one in off["rules"]] == [
        one["id"] for one in BASE["rules"] if one["id"] != "TAB_HIDDEN"
    ]
    assert "TAB_HIDDEN" not in off["report"]["deduct"]["by_rule"]
    parse_policy(off)

    drafts = drafts_of(BASE, off)
    assert [one.id for one in drafts if not one.on] == ["TAB_HIDDEN"]
    again = document_of(BASE, off, [replace(one, on=True) for one in drafts], "default")
    assert again == BASE


def test_a_requirement_about_a_rule_that_is_off_falls_away() -> None:
    ladder = [{"if": [["flags.A", "==", 0], ["critical_flags", "==", 0]], "then": "PASS"}]
    base = {"rules": [{"id": "A", "on": "copy"}], "report": {"recommend": ladder}}
    off = document_of(base, base, [replace(drafts_of(base, base)[0], on=False)], "quiet")
    assert off["report"]["recommend"] == [{"if": [["critical_flags", "==", 0]], "then": "PASS"}]
    parse_policy(off)

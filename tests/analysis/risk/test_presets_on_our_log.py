"""The published policies on a log in our own words, end to end: their tables, from what our detectors say."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.catalog import SIGNALS
from analysis.risk.aliases import asks_for_pupils
from analysis.risk.conditions import Scalar
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from analysis.risk.result import Result
from proctoring.protocol import EVENT_NAMES
from tests.analysis.risk.builders import browser, run, video

USUAL: dict[str, Scalar] = {
    "face_count": 1,
    "looking_away": False,
    "ear": 0.27,
    "face_x": 0.5,
    "face_y": 0.5,
    "pupil_right_x": 0.428,
    "pupil_right_y": 0.3,
    "pupil_left_x": 0.488,
    "pupil_left_y": 0.3,
}
PUPILS: dict[str, Scalar] = {"pupil_right_y": 0.3, "pupil_left_y": 0.3}
PRESETS = ("seed0-report", "seed1", "seed2", "seed3", "seed3-code", "seed4")


def frames(first_s: int, last_s: int, **values: Scalar) -> list[Record]:
    return [video(s, s * 1000, **{**USUAL, **values}) for s in range(first_s, last_s)]


def heard(**values: Scalar) -> Record:
    return Record("audio", 1, 9000, values=values)


def minute(first_s: int, last_s: int, **values: Scalar) -> list[Record]:
    """A quiet minute in which something else holds for some seconds."""
    return [*frames(0, first_s), *frames(first_s, last_s, **values), *frames(last_s, 60)]


def result(presets_dir: Path, name: str, records: list[Record]) -> Result:
    return run(records, load_policy(name, presets_dir=presets_dir), 60_000)


def raised(given: Result) -> list[tuple[str, int | float]]:
    return [(flag.rule, flag.delta) for flag in given.flags]


@pytest.mark.parametrize("name", ["seed1", "seed2", "seed3", "seed3-code", "seed4"])
def test_a_quiet_minute_raises_nothing(presets_dir: Path, name: str) -> None:
    assert result(presets_dir, name, frames(0, 60)).flags == ()


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (minute(20, 25, looking_away=True), [("GAZE_DISTRACTED", 2)]),
        (minute(20, 25, face_count=0, looking_away=None), [("NO_FACE", 9)]),
        (minute(20, 25, face_count=2), [("MULTIPLE_FACES", 10)]),
        ([*frames(0, 60), heard(speech=True)], [("SPEECH", 3)]),
        (
            [*frames(0, 60), Record("audio", 1, 9000, values={"second_voice": True})],
            [("MULTIPLE_VOICES", 10)],
        ),
        ([*frames(0, 60), browser(1, 9000, "tab_hidden")], [("TAB_SWITCH", 4)]),
        ([*frames(0, 60), browser(1, 9000, "paste")], [("COPY_PASTE", 5)]),
    ],
)
def test_seed1(presets_dir: Path, records: list[Record], expected: list[tuple[str, int]]) -> None:
    assert raised(result(presets_dir, "seed1", records)) == expected


def test_seed2(presets_dir: Path) -> None:
    records = [
        *frames(0, 10),
        *frames(10, 15, face_count=0),
        *frames(15, 20, face_count=3),
        *frames(20, 60),
        browser(1, 30_000, "tab_hidden"),
        browser(2, 40_000, "window_blur"),
        Record("objects", 45, 45_000, values={"phone": False}),
        Record("objects", 50, 50_000, values={"phone": True}),
        Record("objects", 55, 55_000, values={"phone": True}),
    ]
    given = result(presets_dir, "seed2", records)
    assert raised(given) == [
        ("no_face_detected", -5),
        ("multiple_faces_detected", -10),
        ("focus_lost", -5),
        ("focus_lost", -5),
        ("object_detected", -10),
    ]
    assert given.score == 65


@pytest.mark.parametrize("name", ["seed3", "seed3-code"])
@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (minute(20, 23, face_count=0), {"seed3": [], "seed3-code": [("NO_FACE", 5)]}),
        (minute(20, 24, face_count=0), {"seed3": [("NO_FACE", 5)], "seed3-code": [("NO_FACE", 5)]}),
        (minute(20, 25, looking_away=True), {"*": [("LOOKING_AWAY", 6)]}),
        ([*frames(0, 60), browser(1, 9000, "tab_hidden")], {"*": [("TAB_SWITCH", 5)]}),
        (
            [*frames(0, 60), *(Record("objects", s, s * 1000, values={"phone": True}) for s in (20, 25, 27))],
            {"*": [("PHONE_DETECTED", 15)] * 2},
        ),
    ],
)
def test_seed3(
    presets_dir: Path, name: str, records: list[Record], expected: dict[str, list[tuple[str, int]]]
) -> None:
    assert raised(result(presets_dir, name, records)) == expected.get(name, expected.get("*"))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (minute(20, 22, ear=0.179), [("EYES_CLOSED", 1)] * 2),
        (minute(20, 22, ear=0.18), []),
        (minute(20, 21, face_x=0.551), [("FACE_MOVEMENT", 1)] * 2),
        (minute(20, 21, face_x=0.549), []),
        (minute(20, 22, face_count=2), [("MULTIPLE_FACES", 1)] * 2),
        (minute(20, 21, **PUPILS, pupil_right_x=0.4361, pupil_left_x=0.4961), [("PUPIL_UNUSUAL", 1)] * 2),
        (minute(20, 21, **PUPILS, pupil_right_x=0.4359, pupil_left_x=0.4959), []),
        (minute(20, 21, **PUPILS, pupil_right_x=0.45, pupil_left_x=None), []),
    ],
)
def test_seed4(presets_dir: Path, records: list[Record], expected: list[tuple[str, int]]) -> None:
    assert raised(result(presets_dir, "seed4", records)) == expected


MINUTES: tuple[list[Record], ...] = (
    minute(20, 30, face_count=0, looking_away=None),
    minute(20, 30, face_count=2),
    minute(20, 30, looking_away=True),
    minute(20, 30, ear=0.1),
    minute(20, 21, face_x=0.6),
    minute(20, 21, pupil_right_x=0.45, pupil_left_x=0.51),
    [*frames(0, 60), *(Record("objects", s, s * 1000, values={"phone": True}) for s in (20, 25, 27))],
    [*frames(0, 60), heard(speech=True, second_voice=True)],
    [*frames(0, 60), *(browser(n, n * 1000, name) for n, name in enumerate(("tab_hidden", "copy"), 1))],
)


@pytest.mark.parametrize("name", PRESETS)
def test_every_rule_of_a_preset_can_fire_on_what_we_measure(presets_dir: Path, name: str) -> None:
    """On records that hold nothing but what our catalogue and our rooms know."""
    known = {entry.key for entry in SIGNALS}
    assert {key for records in MINUTES for record in records for key in record.values or ()} <= known
    assert {record.event for records in MINUTES for record in records if record.event} <= set(EVENT_NAMES)
    fired = {flag.rule for records in MINUTES for flag in result(presets_dir, name, records).flags}
    assert fired == {rule.id for rule in load_policy(name, presets_dir=presets_dir).rules}


def test_only_a_policy_that_judges_pupils_asks_for_them(presets_dir: Path) -> None:
    policies = {name: load_policy(name, presets_dir=presets_dir) for name in (*PRESETS, "default")}
    assert [name for name, policy in policies.items() if asks_for_pupils(policy)] == ["seed4"]


def test_seed0_counts_what_another_policy_flags(presets_dir: Path) -> None:
    assert result(presets_dir, "seed0-report", frames(0, 60)).report.to_json() == {
        "integrity_score": 100,
        "recommendation": "PASS",
        "critical_flags": 0,
        "warning_flags": 0,
        "info_flags": 0,
        "total_events": 0,
    }

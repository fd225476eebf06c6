"""The names of other systems: what they are made from, and that our own policies never see them."""

from __future__ import annotations

import pytest

from analysis.risk.aliases import events_of, named, names_of
from analysis.risk.conditions import Scalar
from analysis.risk.library import load_policy
from tests.analysis.risk.builders import browser, policy_of, run, video

NAMES = frozenset({"gaze", "phone", "tab_switch", "copy_paste", "focus_lost", "no_face_detected"})


@pytest.mark.parametrize(
    ("values", "added"),
    [
        ({"looking_away": True}, {"gaze": "distracted"}),
        ({"looking_away": False}, {"gaze": "center"}),
        ({"looking_away": None}, {"gaze": None}),
        ({"looking_away": True, "gaze": "left"}, {}),
        ({"phone_detected": True}, {"phone": True}),
        ({"yaw": 3}, {}),
    ],
)
def test_signals_in_other_words(values: dict[str, Scalar], added: dict[str, Scalar]) -> None:
    assert named(video(1, 0, **values), NAMES, {}).values == {**values, **added}


def test_nothing_is_added_that_no_rule_reads() -> None:
    record = video(1, 0, looking_away=True, face_count=1)
    assert named(record, names_of(load_policy("default")), {}) is record


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ("tab_hidden", ("tab_switch", "focus_lost")),
        ("window_blur", ("focus_lost",)),
        ("copy", ("copy_paste",)),
        ("cut", ("copy_paste",)),
        ("paste", ("copy_paste",)),
        ("tab_switch", ("tab_switch",)),
        ("resized", ()),
    ],
)
def test_events_in_other_words(event: str, names: tuple[str, ...]) -> None:
    assert events_of(browser(1, 0, event), {}, NAMES) == names


def test_what_becomes_true_is_an_event_once() -> None:
    policy = policy_of({"id": "GONE", "on": "no_face_detected", "effects": [{"ledger": "points", "add": 5}]})
    counts = (1, 0, 0, None, 0, 1, 0)
    result = run([video(place, place * 1000, face_count=count) for place, count in enumerate(counts)], policy)
    assert [flag.t_ms for flag in result.flags] == [1000, 4000, 6000]


def test_events_keep_their_number_of_times() -> None:
    policy = policy_of({"id": "TAB", "on": "tab_switch", "effects": [{"ledger": "points", "add": 4}]})
    assert run([browser(1, 0, "tab_hidden", n=3)], policy).score == 12


@pytest.mark.parametrize(
    ("before", "moved"),
    [
        ({"face_x": 0.5, "face_y": 0.5}, 0.05),
        ({"face_x": None, "face_y": None}, None),
        ({}, None),
    ],
)
def test_the_way_of_the_face_since_the_record_before(before: dict[str, Scalar], moved: float | None) -> None:
    record = video(2, 1000, face_x=0.53, face_y=0.54)
    assert (named(record, frozenset({"face_move"}), before).values or {})["face_move"] == moved

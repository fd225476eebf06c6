"""Things and people in the default policy: what is confirmed is told once, and silence ends it."""

import pytest

from analysis.risk.conditions import Scalar
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from tests.analysis.risk.builders import run

POLICY = load_policy("default")
NOTHING: dict[str, Scalar] = {
    "phone": False,
    "book": False,
    "laptop": False,
    "second_screen": False,
    "remote": False,
    "persons": 1,
    "persons_without_face": 0,
}


def looks(*shown: dict[str, Scalar], every_ms: int = 5000) -> list[Record]:
    """Inspections under the numbers of the frames that they looked at."""
    return [
        Record("objects", 1 + 5 * place, place * every_ms, values={**NOTHING, **values})
        for place, values in enumerate(shown)
    ]


@pytest.mark.parametrize(
    ("shown", "rule", "severity", "delta"),
    [
        ({"phone": True}, "PHONE", "critical", 15),
        ({"second_screen": True}, "OTHER_SCREEN", "warning", 6),
        ({"laptop": True}, "OTHER_SCREEN", "warning", 6),
        ({"book": True}, "BOOK", "info", 2),
    ],
)
def test_what_is_confirmed_is_one_flag_from_its_first_look_on(
    shown: dict[str, Scalar], rule: str, severity: str, delta: int
) -> None:
    result = run(looks({}, shown, shown, {}, {}, {}), POLICY)
    assert [(flag.rule, flag.severity, flag.since_ms, flag.delta) for flag in result.flags] == [
        (rule, severity, 5000, delta)
    ]
    assert [(episode.start_ms, episode.end_ms) for episode in result.episodes] == [(5000, 15_000)]
    assert result.issues == ()


def test_somebody_without_a_face_in_one_look_is_nothing() -> None:
    assert run(looks({}, {"persons_without_face": 1}, {}, {}), POLICY).flags == ()
    lasting = run(looks({}, *[{"persons_without_face": 1}] * 2, {}), POLICY)
    assert [(flag.rule, flag.severity, flag.since_ms) for flag in lasting.flags] == [
        ("SOMEBODY_NEAR", "warning", 5000)
    ]


def test_a_remote_control_and_the_unknown_are_no_flags() -> None:
    unknown: dict[str, Scalar] = dict.fromkeys(NOTHING)
    assert run(looks(*[{"remote": True}] * 5, *[unknown] * 5), POLICY).flags == ()


def test_when_nobody_looks_any_more_the_episode_ends() -> None:
    later = Record("video", 1, 60_000, values={"face_count": 1})
    result = run([*looks({"phone": True}, {"phone": True}), later], POLICY)
    assert [(episode.rule, episode.end_ms) for episode in result.episodes if episode.rule == "PHONE"] == [
        ("PHONE", 25_000)
    ]

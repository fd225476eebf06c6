"""Ways out, leaning, posters and hidden faces in the default policy: info for a person, never points."""

import pytest

from analysis.risk.conditions import Scalar
from analysis.risk.library import load_policy
from analysis.risk.log import Record
from tests.analysis.risk.builders import episodes_of, run, video

POLICY = load_policy("default")
QUIET: dict[str, Scalar] = {"face_count": 1, "leaving": "no", "leaning": "no", "static_faces": 0}


def log(shown: dict[str, Scalar], when: range, seconds: int = 60) -> list[Record]:
    return [video(t, t * 1000, **{**QUIET, **(shown if t in when else {})}) for t in range(1, seconds)]


def looks(persons: int | None, seconds: int = 60) -> list[Record]:
    """What the slow look counts every five seconds."""
    return [Record("objects", t, t * 1000, values={"persons": persons}) for t in range(1, seconds, 5)]


@pytest.mark.parametrize(
    ("rule", "shown", "seconds", "too_short"),
    [
        ("LEFT_VIEW", {"leaving": "left"}, 3, 2),
        ("LEFT_VIEW", {"leaving": "down"}, 3, 2),
        ("LEANING", {"leaning": "in"}, 6, 5),
        ("LEANING", {"leaning": "out"}, 6, 5),
        ("STATIC_FACE", {"static_faces": 1}, 1, 0),
    ],
)
def test_from_how_long_on_a_person_is_told(
    rule: str, shown: dict[str, Scalar], seconds: int, too_short: int
) -> None:
    result = run(log(shown, range(20, 20 + seconds)), POLICY)
    [flag] = result.flags
    assert (flag.rule, flag.severity, flag.since_ms, flag.delta) == (rule, "info", 20_000, 0)
    assert run(log(shown, range(20, 20 + too_short)), POLICY).flags == ()


@pytest.mark.parametrize("name", ["leaving", "leaning", "static_faces"])
def test_unknown_is_told_to_nobody(name: str) -> None:
    assert run(log({name: None}, range(5, 60)), POLICY).flags == ()


def test_a_poster_that_flickers_is_one_flag() -> None:
    flickering = [*log({"static_faces": 1}, range(10, 60))]
    flickering[30] = video(31, 31_000, **QUIET)
    assert episodes_of(run(flickering, POLICY)) == [("STATIC_FACE", 10_000, 59_000)]


def test_somebody_who_hides_the_face_is_present() -> None:
    result = run([*log({"face_count": 0}, range(10, 25)), *looks(1)], POLICY)
    assert {flag.rule: flag.severity for flag in result.flags} == {
        "NO_FACE": "warning",
        "FACE_NOT_SEEN": "info",
    }


@pytest.mark.parametrize("persons", [0, None])
def test_an_empty_chair_is_not_present(persons: int | None) -> None:
    result = run([*log({"face_count": 0}, range(10, 25)), *looks(persons)], POLICY)
    assert [flag.rule for flag in result.flags] == ["NO_FACE"]


def test_a_count_from_before_the_face_was_gone_proves_nothing() -> None:
    """A person was counted at 6 s, the face is gone from 7 s on, the next look finds nobody."""
    looked = [Record("objects", t, t * 1000, values={"persons": n}) for t, n in ((6, 1), (11, 0), (16, 0))]
    result = run([*log({"face_count": 0}, range(7, 20), seconds=25), *looked], POLICY)
    assert [flag.rule for flag in result.flags] == ["NO_FACE"]

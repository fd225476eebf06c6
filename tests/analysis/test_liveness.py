"""The turns: right sides pass, a still picture, another person and a replay do not, and nobody is stuck."""

from random import Random

import pytest

from analysis.liveness import TRIES, WITHIN_MS, Challenge

LEFT, RIGHT = 25.0, -25.0
STEP_MS = 1000


class Fixed(Random):
    """Always the first side."""

    def choice(self, seq):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        return seq[0]


def asked(*sides: str) -> Challenge:
    return Challenge(tuple(sides))  # type: ignore[arg-type]


def play(challenge: Challenge, *heads: tuple[float | None, float | None]) -> Challenge:
    for place, (yaw_deg, score) in enumerate(heads):
        challenge = challenge.after(place * STEP_MS, yaw_deg, score, Fixed())
    return challenge


def same(*yaws_deg: float | None) -> list[tuple[float | None, float | None]]:
    return [(yaw_deg, 0.7) for yaw_deg in yaws_deg]


def test_what_is_asked_follows_what_was_done() -> None:
    challenge, asks = asked("left", "right"), []
    for place, yaw_deg in enumerate((0.0, 0.0, LEFT, LEFT, 0.0, RIGHT)):
        challenge = challenge.after(place * STEP_MS, yaw_deg, 0.7, Fixed())
        asks.append((challenge.ask, challenge.done, challenge.state))
    assert asks == [
        ("face_forward", 0, "asked"),
        ("turn_left", 0, "asked"),
        ("face_forward", 1, "asked"),
        ("face_forward", 1, "asked"),
        ("turn_right", 1, "asked"),
        ("face_forward", 2, "passed"),
    ]


def test_a_still_picture_runs_out_of_time_and_then_of_tries() -> None:
    heads = same(*[0.0] * 120)
    ended = play(asked("left", "right"), *heads)
    assert (ended.state, ended.reason, ended.tries) == ("failed", "too_slow", TRIES)
    assert ended.after(10**9, LEFT, 0.7, Fixed()) == ended


def test_the_deadline_counts_to_the_millisecond() -> None:
    turned = asked("left", "left").after(0, 0.0, 0.7, Fixed()).after(1, 0.0, 0.7, Fixed())
    assert turned.deadline_ms == 1 + WITHIN_MS
    assert turned.after(1 + WITHIN_MS, LEFT, 0.7, Fixed()).done == 1
    assert turned.after(2 + WITHIN_MS, LEFT, 0.7, Fixed()).reason == "too_slow"


@pytest.mark.parametrize(
    ("heads", "reason"),
    [
        (same(0.0, 0.0, RIGHT), "other_side"),
        ([*same(0.0, 0.0), (LEFT, 0.1)], "somebody_else"),
    ],
)
def test_a_miss_asks_anew_with_other_sides(heads: list[tuple[float, float]], reason: str) -> None:
    missed = play(asked("left", "right"), *heads)
    assert (missed.state, missed.reason, missed.tries, missed.done) == ("asked", reason, 2, 0)
    assert (missed.sides, missed.deadline_ms) == (("left", "left"), None)


@pytest.mark.parametrize("head", [(None, 0.7), (LEFT, None), (LEFT, 0.45), (19.9, 0.7)])
def test_what_is_not_sure_counts_neither_way(head: tuple[float | None, float | None]) -> None:
    before = play(asked("left", "right"), *same(0.0, 0.0))
    assert before.after(2 * STEP_MS, *head, Fixed()) == before


def test_the_sides_are_random() -> None:
    drawn = {Challenge.new(Random(seed)).sides for seed in range(50)}
    assert drawn == {(one, other) for one in ("left", "right") for other in ("left", "right")}

"""The turns: right sides pass, a still picture, another person and a replay do not, and nobody is stuck."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from analysis.detectors.embedding import FaceEmbeddings
from analysis.frames import Frame
from analysis.identity import Enrolment, Look, Template, compare, look
from analysis.liveness import TRIES, WITHIN_MS, Challenge
from analysis.pipeline import Pipeline
from analysis.video import sample_video
from tests.analysis.people import template

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


@dataclass(frozen=True, slots=True)
class Turn:
    """What the clip shows at one moment: yaw against the straight head, and the face in numbers."""

    yaw_deg: float | None
    seen: Look


@pytest.fixture(scope="module")
def turning(data_dir: Path, models_dir: Path) -> list[Turn]:
    """A real head that sweeps from side to side within two seconds, seen fifteen times a second."""
    pipeline, embeddings = Pipeline.shared(models_dir), FaceEmbeddings()
    embeddings.load(models_dir, 1)
    found = []
    for t_ms, image in sample_video(data_dir / "scenarios" / "exam_story.mp4", 15.0):
        if 43_200 <= t_ms < 52_800:
            seen = pipeline.observe(Frame.of(image))
            face = seen.faces[0]
            found.append(Turn(face.yaw_deg, look(seen, embeddings.embed(image, face.box_px))))
    return found


def enrolled(turning: list[Turn]) -> Template:
    enrolment = Enrolment()
    for turn in turning:
        if turn.yaw_deg is not None and abs(turn.yaw_deg) < 12:
            enrolment.add(turn.seen)
    return enrolment.build()


@pytest.mark.parametrize("sides", [("left", "right"), ("right", "left"), ("left", "left")])
def test_a_real_head_passes_with_its_own_template_and_not_with_anothers(
    turning: list[Turn], sides: tuple[str, str]
) -> None:
    own, other = enrolled(turning), template()
    challenges = {one: asked(*sides) for one in ("own", "other")}
    for place, turn in enumerate(turning):
        wrong = (turn.yaw_deg or 0.0) * (1 if challenges["own"].ask == "turn_left" else -1) < -12
        for name, face in (("own", own), ("other", other)):
            # The sweep goes to both sides whatever is asked, so only the side that was asked is shown.
            score = compare(face, turn.seen).value if turn.seen.turned and not wrong else None
            challenges[name] = challenges[name].after(place * 67, turn.yaw_deg, score, Fixed())
    assert (challenges["own"].state, challenges["own"].tries) == ("passed", 1)
    assert (challenges["other"].state, challenges["other"].reason) == ("failed", "somebody_else")

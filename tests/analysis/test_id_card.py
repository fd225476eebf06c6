"""A card's face against the camera check's: only one clear face is compared, and grey stays grey."""

from dataclasses import replace

import pytest

from analysis.detectors.embedding import Embedding
from analysis.id_card import CardLook, look_at_card, open_kept
from analysis.observations import Observation
from tests.analysis.people import embedding, template
from tests.proctoring.fakes import picture_of, seen


def in_the_dark(faces: int) -> Observation:
    found = seen(faces)
    return replace(found, camera=replace(found.camera, state="dark"))


def of_one_colour(faces: int) -> Observation:
    found = seen(faces)
    return replace(found, camera=replace(found.camera, state="covered"))


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        (0.9, "same"),
        (0.46, "same"),
        (0.459, "unclear"),
        (0.3, "unclear"),
        (0.299, "different"),
        (-0.1, "different"),
    ],
)
def test_one_clear_face_is_compared(score: float, verdict: str) -> None:
    assert look_at_card(seen(1), lambda _box: embedding(score), template()) == CardLook(verdict, score)


@pytest.mark.parametrize(
    ("found", "face", "problem"),
    [
        (seen(0), embedding(), "no_face"),
        (in_the_dark(0), embedding(), "too_dark"),
        (of_one_colour(0), embedding(), "no_face"),
        (seen(2), embedding(), "several_faces"),
        (seen(1), None, "no_face"),
        (in_the_dark(1), None, "too_dark"),
        (seen(1), embedding(eyes_px=29.9), "too_small"),
        (seen(1), embedding(sharpness=10.9), "blurred"),
        (in_the_dark(1), embedding(sharpness=10.9), "too_dark"),
    ],
)
def test_what_cannot_be_compared_says_why_and_accuses_nobody(
    found: Observation, face: Embedding | None, problem: str
) -> None:
    assert look_at_card(found, lambda _box: face, template()) == CardLook("unclear", problem=problem)


def test_a_dark_picture_with_a_clear_face_is_clear_enough() -> None:
    assert look_at_card(in_the_dark(1), lambda _box: embedding(), template()).verdict == "same"


def test_without_an_enrolled_face_there_is_nothing_to_compare_with() -> None:
    assert look_at_card(seen(1), lambda _box: embedding(), None) == CardLook("unclear", problem="no_template")


def test_a_kept_picture_is_opened_and_other_bytes_are_not() -> None:
    frame = open_kept(picture_of(1))
    assert (frame.width_px, frame.height_px, frame.image.shape) == (160, 120, (120, 160, 3))
    for broken in (b"", b"no picture"):
        with pytest.raises(ValueError, match="no picture of a card"):
            open_kept(broken)

"""Who sits there: gates, templates, and a decision that one bad picture cannot make."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from analysis.detectors.embedding import DETECTOR, VERSION, Embedding, FaceEmbeddings
from analysis.frames import Frame
from analysis.identity import (
    SURELY_DIFFERENT,
    THRESHOLD,
    Enrolment,
    Look,
    Recognition,
    Template,
    compare,
    compare_photo,
    look,
    photo_verdict,
)
from analysis.observations import Box, Camera, Face, Observation
from analysis.pipeline import Pipeline
from analysis.reading import Reading
from tests.analysis.people import embedding, glance, template
from tests.analysis.pictures import labelled


def observed(*, faces: int = 1, yaw_deg: float | None = 0.0, pitch_deg: float | None = 0.0) -> Observation:
    face = Face(Box(100, 100, 90, 100), 0.9, 0.9, yaw_deg, pitch_deg, 0.0)
    camera = Camera("ok", 120.0, 40.0, 200.0, 0.9)
    return Observation(640, 480, camera, (face,) * faces, faces)


def recognised(*scores: float | None, every_ms: int = 2000) -> Recognition:
    state = Recognition()
    for place, score in enumerate(scores):
        quality = 0.0 if score is None else 0.9
        state = state.after(place * every_ms, Reading(score, quality, DETECTOR, VERSION))
    return state


def test_a_good_look_is_good_for_everything() -> None:
    seen = look(observed(), embedding())
    assert (seen.quality, seen.frontal, seen.turned) == (1.0, True, True)


@pytest.mark.parametrize(
    ("seen", "face", "quality", "frontal"),
    [
        (observed(faces=2), embedding(), 0.0, False),
        (observed(faces=0), None, 0.0, False),
        (observed(yaw_deg=None), embedding(), 0.0, False),
        (observed(yaw_deg=25.0), embedding(), 0.583, True),
        (observed(yaw_deg=-26.0), embedding(), 0.567, False),
        (observed(yaw_deg=30.0), embedding(), 0.5, False),
        (observed(yaw_deg=-31.0), embedding(), 0.483, False),
        (observed(pitch_deg=-31.0), embedding(), 0.483, False),
        (observed(), embedding(eyes_px=30.0), 0.5, False),
        (observed(), embedding(eyes_px=29.0), 0.483, False),
        (observed(), embedding(eyes_px=35.0), 0.583, True),
        (observed(), embedding(sharpness=11.0), 0.5, True),
        (observed(), embedding(sharpness=10.0), 0.483, False),
    ],
)
def test_gates(seen: Observation, face: Embedding | None, quality: float, frontal: bool) -> None:
    judged = look(seen, face)
    assert (judged.quality, judged.frontal) == (quality, frontal)


def test_a_turned_head_is_known_for_a_turn_and_not_for_a_comparison() -> None:
    turned, too_far = look(observed(yaw_deg=44.0), embedding()), look(observed(yaw_deg=46.0), embedding())
    assert (turned.turned, compare(template(), turned).known) == (True, None)
    assert too_far.turned is False


def test_five_good_frames_make_a_template() -> None:
    enrolment = Enrolment()
    assert enrolment.add(glance(frontal=False)) == 0
    assert [enrolment.add(glance(1.0 - 0.01 * place)) for place in range(5)] == [1, 2, 3, 4, 5]
    assert enrolment.add(glance(0.0)) == 5
    built = enrolment.build()
    assert (built.frames, built.detector, built.version) == (5, DETECTOR, VERSION)
    assert np.linalg.norm(built.vector) == pytest.approx(1.0, abs=1e-5)
    assert compare(built, glance(1.0)) == Reading(pytest.approx(0.99, abs=0.01), 0.9, DETECTOR, VERSION)


def test_somebody_else_during_the_enrolment_begins_it_anew() -> None:
    enrolment = Enrolment()
    assert [enrolment.add(glance(score)) for score in (1.0, 1.0, 0.1, 0.1)] == [1, 2, 1, 2]
    with pytest.raises(ValueError, match="2 good frames of 5"):
        enrolment.build()


def test_a_template_survives_storage_and_another_networks_is_refused() -> None:
    stored = template().to_json()
    assert Template.from_json(stored) == template()
    with pytest.raises(ValueError, match="cannot be compared"):
        Template.from_json({**stored, "version": "0001"})
    with pytest.raises(ValueError, match="256 numbers of length one"):
        Template.from_json({**stored, "vector": [1.0, 0.0]})
    with pytest.raises(ValueError, match="no face template"):
        Template.from_json({"vector": ["x"]})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("scores", "score", "mismatch", "pursuing"),
    [
        ((), None, None, False),
        ((0.9,), 0.9, False, False),
        ((0.1,), 0.1, None, True),
        ((0.1, 0.1), 0.1, None, True),
        ((0.1, 0.1, 0.1), 0.1, True, True),
        ((0.9, 0.1, 0.1), 0.9, False, True),
        ((0.9, 0.1, None, 0.1, None, 0.1), 0.1, True, True),
        ((0.1, 0.1, 0.1, 0.9), 0.9, False, False),
        ((SURELY_DIFFERENT,) * 3, SURELY_DIFFERENT, False, True),
        ((SURELY_DIFFERENT - 0.001,) * 3, 0.409, True, True),
        ((THRESHOLD,), THRESHOLD, False, False),
        ((THRESHOLD - 0.001,), 0.459, None, True),
        ((None, None, None), None, None, True),
        ((None, None, None, None), None, None, False),
    ],
)
def test_three_surely_different_scores_in_a_row_decide(
    scores: tuple[float | None, ...], score: float | None, mismatch: bool | None, pursuing: bool
) -> None:
    state = recognised(*scores)
    assert (state.score, state.mismatch, state.pursuing) == (score, mismatch, pursuing)


def test_scores_older_than_a_minute_decide_nothing() -> None:
    assert recognised(0.1, 0.1, 0.1, every_ms=30_000).mismatch is True
    assert recognised(0.1, 0.1, 0.1, every_ms=30_001).mismatch is None
    assert recognised(0.1, 0.1, 0.1, None, every_ms=30_000).mismatch is None


def test_a_card_photo_is_compared_without_a_pose_and_called_unclear_in_between() -> None:
    readings = [compare_photo(template(), embedding(score)) for score in (0.6, 0.46, 0.45, 0.3, 0.29)]
    assert [photo_verdict(one) for one in readings] == ["same", "same", "unclear", "unclear", "different"]
    assert photo_verdict(compare_photo(template(), embedding(0.1, eyes_px=20.0))) == "unclear"
    assert photo_verdict(compare_photo(template(), None)) == "unclear"


@pytest.fixture(scope="module")
def portraits(data_dir: Path, models_dir: Path) -> list[tuple[str, Look]]:
    pipeline, embeddings = Pipeline.shared(models_dir), FaceEmbeddings()
    embeddings.load(models_dir, 1)
    found = []
    for one in labelled(data_dir, "identity"):
        image = one.picture()
        seen = pipeline.observe(Frame.of(image))
        face = embeddings.embed(image, seen.faces[0].box_px)
        found.append((one.label.split()[0], look(seen, face)))
    return found


def test_real_pairs_are_told_apart_without_an_error(portraits: list[tuple[str, Look]]) -> None:
    scores: dict[bool, list[float]] = {True: [], False: []}
    for (subject, one), (other_subject, other) in combinations(portraits, 2):
        assert one.embedding is not None
        assert other.embedding is not None
        scores[subject == other_subject].append(float(np.dot(one.embedding.vector, other.embedding.vector)))
    assert (len(scores[True]), len(scores[False])) == (97, 938)
    assert min(scores[True]) >= THRESHOLD
    assert max(scores[False]) < SURELY_DIFFERENT
    assert min(scores[True]) == pytest.approx(0.53, abs=0.02)
    assert max(scores[False]) == pytest.approx(0.40, abs=0.02)


def test_a_card_photo_of_the_right_person_is_never_called_different(
    portraits: list[tuple[str, Look]],
) -> None:
    verdicts = {True: set[str](), False: set[str]()}
    for (subject, one), (other_subject, other) in combinations(portraits, 2):
        assert one.embedding is not None
        enrolled = replace(template(), vector=tuple(float(value) for value in one.embedding.vector))
        verdicts[subject == other_subject].add(photo_verdict(compare_photo(enrolled, other.embedding)))
    assert verdicts[True] <= {"same", "unclear"}
    assert verdicts[False] <= {"different", "unclear"}


@pytest.mark.parametrize(
    ("scores", "unlike"),
    [
        ((), False),
        ((None,), False),
        ((0.9,), False),
        ((0.41,), False),
        ((0.409,), True),
        ((0.1, None), None),
        ((0.1, None, 0.2), True),
        ((0.1, 0.9, None), False),
    ],
)
def test_one_unlike_look_is_told_from_none_and_from_an_unclear_one(
    scores: tuple[float | None, ...], unlike: bool | None
) -> None:
    assert recognised(*scores).unlike is unlike


def test_an_unlike_look_is_forgotten_after_a_minute_without_a_clear_one() -> None:
    assert recognised(0.1, None, every_ms=60_000).unlike is None
    assert recognised(0.1, None, every_ms=60_001).unlike is False

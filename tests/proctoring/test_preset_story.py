"""The recorded exam under every published policy."""

from pathlib import Path

import pytest

from analysis.pipeline import Pipeline
from analysis.risk.library import load_policy
from analysis.risk.result import replay
from proctoring.footage import Footage, watch

pytestmark = pytest.mark.slow

RULES: dict[str, set[str]] = {
    "seed0-report": set(),
    "seed1": {"GAZE_DISTRACTED", "MULTIPLE_FACES", "NO_FACE"},
    "seed2": {"no_face_detected", "multiple_faces_detected"},
    "seed3": {"NO_FACE", "MULTIPLE_FACES"},
    "seed3-code": {"NO_FACE", "MULTIPLE_FACES"},
    "seed4": {"PUPIL_UNUSUAL", "FACE_MOVEMENT", "MULTIPLE_FACES"},
}
"""What a camera alone tells; there are no phones and no tabs in the story."""


@pytest.fixture(scope="module")
def story(data_dir: Path, models_dir: Path, presets_dir: Path) -> Footage:
    policy = load_policy("seed4", presets_dir=presets_dir)
    video = data_dir / "scenarios" / "exam_story.mp4"
    return watch(video, policy, fps=2.0, session_id="story", pipeline=Pipeline.shared(models_dir))


@pytest.mark.parametrize("name", RULES)
def test_what_each_policy_says_of_the_story(story: Footage, presets_dir: Path, name: str) -> None:
    policy = load_policy(name, presets_dir=presets_dir)
    told = replay(story.records, policy, "story")
    assert {flag.rule for flag in told.flags} == RULES[name]


def test_pupils_are_placed_in_most_pictures_of_somebody(story: Footage) -> None:
    seen = [record.values for record in story.records if record.stream == "video" and record.values]
    placed = [values["pupil_left_x"] is not None for values in seen if values["yaw"] is not None]
    assert sum(placed) / len(placed) > 0.6

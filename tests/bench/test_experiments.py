"""In between two runs of the face detector the landmarks before say where the face is."""

from pathlib import Path

import pytest

from analysis.frames import open_frame
from tests.bench.experiments import EveryNth
from tests.bench.frame_path import clip_jpegs


@pytest.mark.slow
def test_between_two_runs_the_crop_comes_from_the_landmarks(data_dir: Path) -> None:
    clip = data_dir / "scenarios" / "exam_story.mp4"
    first, second = (open_frame(data).image for data in clip_jpegs(clip, 2))
    every_other = EveryNth(2)
    every_other.load(None, 1)
    every_other.meshes.load(None, 1)
    found = every_other.detect(first)
    (mesh,) = every_other.meshes.landmarks(first, found)
    assert mesh is not None
    (remembered,) = every_other.detect(second)
    low, high = mesh.landmarks_px[:, :2].min(axis=0), mesh.landmarks_px[:, :2].max(axis=0)
    box = remembered.box_px
    assert (box.x_px, box.y_px, box.width_px, box.height_px) == pytest.approx((*low, *(high - low)))
    assert remembered.box_px.overlap(found[0].box_px) > 0.4
    assert remembered.eyes_px[0][0] < remembered.eyes_px[1][0]
    assert every_other.detect(second) != (remembered,)

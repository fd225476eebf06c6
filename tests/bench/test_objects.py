"""The bench of the slow look measures both sizes, and nothing where there is no model."""

from pathlib import Path

import pytest

from tests.bench.objects import PICTURES, WARM_UP_PICTURES, measure_objects

MEASURED = PICTURES - WARM_UP_PICTURES


@pytest.mark.slow
def test_both_sizes_are_measured(models_dir: Path, data_dir: Path) -> None:
    looks = measure_objects(data_dir / "scenarios" / "exam_story.mp4", models_dir)
    assert [(look.input_px, look.whole.calls) for look in looks] == [(320, MEASURED), (640, MEASURED)]
    assert all(0 < look.whole.processor_ms < look.closely.processor_ms for look in looks)


def test_without_a_model_nothing_is_measured(data_dir: Path, tmp_path: Path) -> None:
    assert measure_objects(data_dir / "scenarios" / "exam_story.mp4", tmp_path) == []

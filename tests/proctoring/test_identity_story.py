"""A recording in which somebody else sits down at 43 s and leaves at 53 s."""

from pathlib import Path
from typing import Any

import pytest

from analysis.pipeline import Pipeline
from proctoring import footage
from proctoring.footage import Footage

pytestmark = pytest.mark.slow


def watched(data_dir: Path, models_dir: Path, fps: float) -> Footage:
    return footage.watch(
        data_dir / "scenarios" / "exam_story.mp4",
        footage.find_policy("default", None),
        fps=fps,
        session_id="log",
        pipeline=Pipeline.shared(models_dir),
    )


@pytest.mark.parametrize("fps", [1.0, 2.0])
def test_somebody_else_is_flagged_then_and_only_then(
    data_dir: Path, models_dir: Path, settings: Any, fps: float
) -> None:
    settings.MODELS_DIR = models_dir
    story = watched(data_dir, models_dir, fps)
    strangers = [flag for flag in story.result.flags if flag.rule == "SOMEBODY_ELSE"]
    assert [(flag.severity, flag.delta) for flag in strangers] == [("critical", 15.0)]
    # Since the first clear picture of the stranger, told after the third; every other one is turned too far.
    assert (strangers[0].since_ms, strangers[0].t_ms, strangers[0].end_ms) == (44_000, 48_000, 53_000)
    assert strangers[0].picture_seq is not None
    looks = [record for record in story.records if record.stream == "objects"]
    assert {look.t_ms // 1000 for look in looks if look.values["identity_mismatch"]} <= set(range(43, 53))
    known = [(look.t_ms, look.values["identity_score"]) for look in looks]
    assert all((score < 0.25) == (43_000 <= t_ms < 53_000) for t_ms, score in known if score is not None)
    assert watched(data_dir, models_dir, fps).result.digest == story.result.digest


def test_without_the_network_nothing_is_said_of_identity(
    data_dir: Path, models_dir: Path, settings: Any, tmp_path: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    story = watched(data_dir, models_dir, 1.0)
    assert "SOMEBODY_ELSE" not in {flag.rule for flag in story.result.flags}
    assert not any("identity_score" in (record.values or {}) for record in story.records)

"""What a picture costs is counted, and a worker opens no connection for it."""

import pytest

from bench.load import CLIENT
from tests.bench.frame_path import clip_jpegs
from tests.bench.machine import recording
from tests.bench.pictures import measure_pictures


@pytest.mark.slow
@pytest.mark.embedded_only
def test_a_picture_costs_no_connection() -> None:
    try:
        clip, models_dir = recording()
    except SystemExit as missing:
        pytest.skip(str(missing))
    costs = measure_pictures(clip_jpegs(clip, 3, samples_per_s=1.0), models_dir, candidates=2, seconds=6.0)
    assert costs.pictures >= 10
    assert {"web", "PostgreSQL", "worker frames"} <= costs.ms.keys()
    assert CLIENT not in costs.ms
    # Programs that had not asked anything yet, and tasks that wake up by the clock, begin a few.
    assert costs.begun_connections < 0.5
    assert any("proctoring_observation" in one.text and one.times >= 1 for one in costs.statements)

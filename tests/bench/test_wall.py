"""A wall of two hundred candidates is drawn and kept small; how fast, is for a quiet machine to say."""

import pytest

from tests.bench.page_weight import DIST
from tests.bench.wall import measure_wall

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]


@pytest.mark.skipif(not DIST.is_dir(), reason="the front end is not built: run `make front-end`")
def test_a_full_wall_keeps_only_what_is_on_the_screen_in_the_page() -> None:
    cost = measure_wall(200, seconds=2)
    assert 5 <= cost.tiles_in_page <= 40
    assert 0 < cost.script_mb < cost.page_mb < 150
    assert cost.frames_per_s > 0
    assert cost.updates_per_s > 0

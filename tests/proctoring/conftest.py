from typing import Any

import pytest


@pytest.fixture
def fake_observer(settings: Any) -> None:
    """Frames are looked at by an observer that counts faces by brightness."""
    settings.FRAME_OBSERVER = "tests.proctoring.fakes.grey_observer"

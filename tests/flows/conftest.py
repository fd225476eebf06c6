"""A server of its own for each test, and a browser with the camera that Chromium draws."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.flows.browser import chromium
from tests.flows.server import Server, serving


@pytest.fixture
def server(tmp_path: Path, models_dir: Path) -> Iterator[Server]:
    with serving(tmp_path, models_dir=models_dir) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running

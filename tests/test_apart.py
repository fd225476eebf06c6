"""Only what cannot know which profile runs is proved once."""

from pathlib import Path
from typing import Any

import pytest

from tests.apart import ROOT, file_is_apart, is_apart

APART = (
    "",
    "import json\nimport numpy as np",
    "from analysis.risk import fold",
    "from tests.analysis import faces",
)
ON_BOTH = (
    "from django.conf import settings",
    "from accounts import services",
    "from config import env",
    "import psycopg",
    "import subprocess",
    "import os",
    "import importlib",
    "import some_new_package",
    "from tests.conftest import Person",
    "from tests import factories",
    "def test_asking(request) -> None:\n    request.getfixturevalue('alice')",
    "def test_late() -> None:\n    from tests.factories import make_exam",
)


@pytest.mark.parametrize("source", APART)
def test_a_file_that_reaches_no_profile_is_apart(source: str, tmp_path: Path) -> None:
    assert file_is_apart(_written(tmp_path, source))


@pytest.mark.parametrize("source", ON_BOTH)
def test_a_file_that_may_reach_one_runs_on_both(source: str, tmp_path: Path) -> None:
    assert not file_is_apart(_written(tmp_path, source))


def _written(folder: Path, source: str) -> Path:
    path = folder / "test_something.py"
    path.write_text(source)
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("analysis/test_track.py", True),
        ("analysis/test_id_card.py", False),
        ("proctoring/test_protocol.py", False),
        ("services/test_process.py", False),
        ("test_tenancy_urls.py", False),
    ],
)
def test_our_own_files(name: str, expected: bool) -> None:
    assert file_is_apart(ROOT / "tests" / name) is expected


def test_this_file_is_apart_and_so_is_a_test_of_it(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert is_apart(request.node)
    assert request.node.get_closest_marker("apart")


def test_whoever_asks_for_settings_is_not(request: pytest.FixtureRequest, settings: Any) -> None:
    assert not is_apart(request.node)
    assert not request.node.get_closest_marker("apart")


@pytest.mark.django_db
def test_whoever_asks_for_the_database_is_not(request: pytest.FixtureRequest) -> None:
    assert not is_apart(request.node)


@pytest.mark.production_only
def test_what_one_profile_alone_proves_is_not(request: pytest.FixtureRequest) -> None:
    assert not is_apart(request.node)

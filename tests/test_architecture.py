"""The house keeps its own rules, and each rule is shown to catch what it is there for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import RULES, Rule, Violation

ROOT = Path(__file__).resolve().parent.parent

# A web process starts without the analysis set installed.
WEB_WITHOUT_VISION = """
import sys

class Absent:
    names = {"cv2", "mediapipe", "openvino", "numpy", "av", "torch", "ultralytics", "matplotlib"}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"{name} is not in the web set", name=name)

sys.meta_path.insert(0, Absent())
import config.asgi
import config.urls
from config.celery import app
from django.urls import get_resolver
get_resolver().url_patterns
app.loader.import_default_modules()
print("started")
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    found = [str(violation) for violation in rule(ROOT)]
    assert found == []


def test_a_web_process_needs_no_computer_vision() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WEB_WITHOUT_VISION],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.base"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr


def test_one_cv2_only() -> None:
    for name in ("web", "analysis", "run", "full", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        builds = {line.partition("==")[0] for line in text.splitlines() if line.startswith("opencv")}
        assert builds == (set() if name == "web" else {"opencv-python-headless"}), name


def test_the_web_set_holds_no_computer_vision() -> None:
    text = (ROOT / "requirements" / "web.txt").read_text()
    names = {line.partition("==")[0] for line in text.splitlines() if "==" in line}
    assert names & {"numpy", "mediapipe", "openvino", "av", "torch", "opencv-python-headless"} == set()


def test_each_dependency_has_its_reason() -> None:
    record = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text().lower()
    wanted = [
        re.split(r"[\[<>=~ ]", line)[0].lower()
        for path in sorted((ROOT / "requirements").glob("*.in"))
        for line in path.read_text().splitlines()
        if line and not line.startswith(("#", "-r"))
    ]
    assert len(wanted) > 40
    assert [name for name in wanted if name not in record] == []


LONG_FUNCTION = "def long() -> None:\n" + "    print()\n" * 60
PLANTED: list[tuple[str, str, str, Rule]] = [
    (
        "accounts/models.py",
        "import exams.models\n",
        "accounts must not import exams.models",
        architecture.import_direction,
    ),
    (
        "exams/views.py",
        "def f():\n    from proctoring import services\n",
        "exams must not import",
        architecture.import_direction,
    ),
    (
        "jobs/tasks.py",
        "from ..reports import jobs\n",
        "jobs must not import reports.jobs",
        architecture.import_direction,
    ),
    (
        "reports/pdf.py",
        "from config import settings\n",
        "reports must not import config",
        architecture.import_direction,
    ),
    (
        "jobs/run.py",
        "import_string('reports.jobs.render')\n",
        "must not import reports",
        architecture.import_direction,
    ),
    (
        "analysis/frames.py",
        "from django.conf import settings\n",
        "plain library",
        architecture.analysis_is_pure,
    ),
    (
        "analysis/risk/fold.py",
        "from exams.models import Exam\n",
        "plain library",
        architecture.analysis_is_pure,
    ),
    (
        "exams/services.py",
        "from analysis import pipeline\n",
        "proctoring runs it",
        architecture.analysis_has_few_doors,
    ),
    ("jobs/services.py", "import analysis\n", "proctoring runs it", architecture.analysis_has_few_doors),
    (
        "analysis/geometry.py",
        "import mediapipe\n",
        "only in analysis/detectors/",
        architecture.libraries_stay_home,
    ),
    ("proctoring/tasks.py", "import cv2\n", "only in analysis/", architecture.libraries_stay_home),
    (
        "analysis/camera.py",
        "from av import open\n",
        "only in analysis/video.py",
        architecture.libraries_stay_home,
    ),
    (
        "config/settings/base.py",
        "if DEBUG:\n    X = 1\n",
        "no branches",
        architecture.settings_hold_no_branches,
    ),
    (
        "config/settings/base.py",
        "X = 1 if DEBUG else 2\n",
        "no branches",
        architecture.settings_hold_no_branches,
    ),
    (
        "config/settings/base.py",
        "X = [a for a in B if a]\n",
        "no branches",
        architecture.settings_hold_no_branches,
    ),
    (
        "reports/views.py",
        "with unscoped('why'):\n    pass\n",
        "UNSCOPED_ALLOWED",
        architecture.scope_is_left_openly,
    ),
    ("reports/views.py", "tenancy.unscoped('why')\n", "UNSCOPED_ALLOWED", architecture.scope_is_left_openly),
    (
        "jobs/services.py",
        "with unscoped():\n    pass\n",
        "gives its reason",
        architecture.scope_is_left_openly,
    ),
    ("exams/views.py", LONG_FUNCTION, "long is 61 lines long", architecture.functions_are_short),
    ("exams/views.py", "X = 1\n" * 501, "the file is 501 lines long", architecture.files_are_short),
    ("exams/utils.py", "", "does not say what is in it", architecture.names_say_something),
    ("tests/helpers.py", "", "does not say what is in it", architecture.names_say_something),
    ("frontend/src/common/x.ts", "", "does not say what is in it", architecture.names_say_something),
    (
        "requirements/web.txt",
        "--index-url https://x.example/\n",
        "registry",
        architecture.packages_come_from_anywhere,
    ),
    (
        "requirements/a.in",
        "x @ https://mirror.example/simple/x\n",
        "registry",
        architecture.packages_come_from_anywhere,
    ),
]


@pytest.mark.parametrize(("path", "text", "words", "rule"), PLANTED)
def test_a_planted_violation_is_caught(tmp_path: Path, path: str, text: str, words: str, rule: Rule) -> None:
    _write(tmp_path, path, text)
    found = list(rule(tmp_path))
    assert len(found) == 1
    assert words in found[0].words
    assert found[0].path.startswith(path.rpartition("/")[0])


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    _write(
        tmp_path, "reports/views.py", "from accounts import models\nfrom analysis.catalog import SIGNALS\n"
    )
    _write(tmp_path, "exams/services.py", "from analysis.risk.policy import Policy\nfrom . import models\n")
    _write(tmp_path, "proctoring/tasks.py", "from analysis.pipeline import Pipeline\n")
    _write(tmp_path, "analysis/detectors/mesh.py", "def load():\n    import mediapipe\n    import cv2\n")
    _write(tmp_path, "analysis/video.py", "import av\nimport averages\n")
    _write(tmp_path, "jobs/services.py", "with unscoped('the sweeper serves all'):\n    pass\n")
    _write(tmp_path, "exams/migrations/0001_initial.py", "X = 1\n" * 900)
    _write(tmp_path, "exams/views.py", LONG_FUNCTION.replace("    print()\n", "", 1))
    assert [violation for rule in RULES for violation in rule(tmp_path)] == []


def test_a_violation_reads_as_a_place_and_words() -> None:
    assert str(Violation("exams/views.py", 3, "is wrong")) == "exams/views.py:3: is wrong"


def _write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)

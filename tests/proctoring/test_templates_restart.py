"""Faces are forgotten whatever becomes of the server: one is killed in the middle, another takes over."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.embedded_only]

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT_S = 300

SIT_DOWN = """
import os, signal
from datetime import timedelta
from accounts import services as accounts
from accounts.tenancy import tenant_scope
from proctoring.models import FaceTemplate
from proctoring.services.id_cards import keep_check_picture
from proctoring.services.templates import keep_template
from tests.analysis.people import template
from tests.factories import make_exam
from tests.proctoring.sittings import make_sitting
north = accounts.register_institution(name="North", email="a@north.example", password="correct horse battery")
with tenant_scope(north.institution_id):
    exam = make_exam(watch_identity=True, ask_id_card=True, duration_minutes=60)
    session = make_sitting(exam, minutes_ago={minutes_ago})
    keep_template(session=session, template=template())
    keep_check_picture(session=session, jpeg=b"a picture")
    assert FaceTemplate.objects.count() == 1
os.kill(os.getpid(), signal.SIGKILL)
"""
TAKE_OVER = """
from django.utils import timezone
from datetime import timedelta
from accounts.tenancy import unscoped
from jobs.models import Job
from jobs.services import sweep
with unscoped("a test"):
    Job.objects.filter(kind="proctoring.expire").update(next_attempt_at=timezone.now() - timedelta(seconds=1))
sweep()
"""


def manage(var_dir: Path, *arguments: str) -> int:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.base", "VAR_DIR": str(var_dir)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        timeout=LIMIT_S,
        check=False,
        stdout=subprocess.DEVNULL,
    ).returncode


def count(var_dir: Path, query: str) -> int:
    with sqlite3.connect(var_dir / "invigil.sqlite3") as database:
        return int(database.execute(query).fetchone()[0])


@pytest.mark.parametrize(
    ("minutes_ago", "state", "templates"), [(61, "expired", 0), (10, "running", 1)], ids=["over", "going on"]
)
def test_a_server_that_is_killed_forgets_no_sooner_and_no_later(
    tmp_path: Path, minutes_ago: int, state: str, templates: int
) -> None:
    assert manage(tmp_path, "migrate", "--verbosity", "0") == 0
    killed = manage(tmp_path, "shell", "-c", SIT_DOWN.replace("{minutes_ago}", str(minutes_ago)))
    assert killed == -signal.SIGKILL
    assert count(tmp_path, "SELECT count(*) FROM proctoring_facetemplate") == 1

    assert manage(tmp_path, "shell", "-c", TAKE_OVER) == 0

    assert count(tmp_path, f"SELECT count(*) FROM exams_session WHERE state = '{state}'") == 1
    assert count(tmp_path, "SELECT count(*) FROM proctoring_facetemplate") == templates
    deleted = "SELECT count(*) FROM accounts_auditentry WHERE action = 'face_template.deleted'"
    assert count(tmp_path, deleted) == 1 - templates

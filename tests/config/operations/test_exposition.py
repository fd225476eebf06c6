"""Figures are for whoever shows the token, hold what happened, and name nobody."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config.operations import exposition
from config.operations.shared_figures import SharedFigures
from jobs.models import Job, JobState
from tests.config.operations.asking import exchange
from tests.conftest import Person

TOKEN = "a-token-of-the-tests"
COUNT_IN_A_PROCESS = """
from proctoring.figures import EVENTS_TAKEN, SOCKETS
EVENTS_TAKEN.inc(3)
SOCKETS.labels("seat").inc(2)
"""
READ_ALL = """
from config.operations import exposition
exposition.forget_dead()
print(exposition.figures_of_process().decode())
"""


@pytest.fixture
def token(settings: Any) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


def figures(text: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def shared() -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in SharedFigures().collect():
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer é"])
def test_without_the_token_there_is_nothing(token: str, shown: str) -> None:
    assert exchange("/metrics", authorization=shown)[0] == 404


def test_without_a_token_set_nobody_reads(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert exchange("/metrics", authorization="Bearer ")[0] == 404


@pytest.mark.django_db(transaction=True)
def test_with_the_token_figures_come_in_the_words_of_prometheus(token: str) -> None:
    status, body = exchange("/metrics", authorization=f"Bearer {TOKEN}")
    assert status == 200
    found = figures(body.decode())
    assert {"invigil_frames_taken_total", "invigil_queue_depth", "invigil_evidence_waiting"} <= set(found)
    assert set(found["invigil_figures_missing"].values()) == {0.0}


@pytest.mark.django_db
def test_jobs_are_counted_by_state_with_the_age_of_the_oldest(alice: Person, scope: None) -> None:
    now = timezone.now()
    Job.objects.create(kind="reports.render", next_attempt_at=now - timedelta(seconds=90))
    Job.objects.create(kind="reports.render", next_attempt_at=now - timedelta(seconds=10))
    Job.objects.create(kind="reports.render", state=JobState.QUARANTINED)
    Job.objects.create(kind="reports.render", state=JobState.DONE)
    found = shared()
    rendered = ("kind", "reports.render")
    assert found["invigil_jobs"] == {
        (rendered, ("state", "waiting")): 2.0,
        (rendered, ("state", "quarantined")): 1.0,
    }
    assert 90 <= found["invigil_job_overdue_seconds"][(rendered,)] < 900


def test_what_cannot_be_asked_is_said_and_the_rest_is_there() -> None:
    # No database may be asked in this test, so all that needs it is missing.
    missing = shared()["invigil_figures_missing"]
    assert (missing[(("part", "jobs"),)], missing[(("part", "queues"),)]) == (1.0, 0.0)


@pytest.mark.django_db
def test_a_request_is_counted_by_its_template_never_by_its_address(client: Client) -> None:
    def count() -> float:
        found = figures(exposition.figures_of_process().decode())
        return found.get("invigil_requests_total", {}).get(
            (("method", "GET"), ("route", "/join/<str:token>/"), ("status", "404")), 0.0
        )

    before = count()
    client.get("/join/a-secret-of-somebody/")
    assert count() == before + 1
    client.get("/nowhere/a-secret-of-somebody/")
    assert "a-secret-of-somebody" not in exposition.figures_of_process().decode()


def test_several_processes_are_counted_together_and_the_dead_are_not_there(tmp_path: Path) -> None:
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
    }

    def run(code: str) -> str:
        code = f"import django; django.setup()\n{code}"
        command = [sys.executable, "-W", "ignore", "-c", code]
        done = subprocess.run(
            command, env=environment, cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True
        )
        return done.stdout

    run(COUNT_IN_A_PROCESS)
    run(COUNT_IN_A_PROCESS)
    found = figures(run(READ_ALL))
    assert found["invigil_events_taken_total"] == {(): 6.0}
    assert found.get("invigil_sockets", {}) == {}


def test_a_worker_answers_on_a_port_of_its_own(token: str) -> None:
    server = exposition.serve_figures(0)
    address = f"http://127.0.0.1:{server.server_port}/metrics"
    try:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address, timeout=30)
        assert refused.value.code == 404
        refused.value.close()
        asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert b"invigil_frames_analysed_total" in answer.read()
    finally:
        server.shutdown()
        server.server_close()

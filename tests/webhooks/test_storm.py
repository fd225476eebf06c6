"""A short storm: the sender is killed at work, and still every event arrives, signed, under one id."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.embedded_only]
ROOT = Path(__file__).resolve().parents[2]


def test_nothing_is_lost_when_the_sender_is_killed() -> None:
    command = [sys.executable, "-m", "tests.webhooks_storm", "--events", "40", "--kills", "2", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert (figures["events"], figures["kills"], figures["quiet_missing"]) == (40, 2, 0)
    assert all(in_hand > 0 for in_hand in figures["in_hand_at_kills"])
    broken = ("missing", "undelivered", "invented", "unsigned", "redirects_followed", "ids_with_two_bodies")
    assert {name: figures[name] for name in broken} == dict.fromkeys(broken, 0)
    assert figures["rolled_back"] > 0

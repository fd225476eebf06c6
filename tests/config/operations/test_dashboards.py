"""What is drawn and what alarms is counted somewhere, and each alarm has words that say what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from prometheus_client import REGISTRY

import config.operations.requests  # noqa: F401 - each of these registers what it counts
import jobs.figures  # noqa: F401
import proctoring.figures  # noqa: F401
import webhooks.figures  # noqa: F401
from config.operations.shared_figures import SharedFigures

ROOT = Path(settings.BASE_DIR)
DASHBOARD = ROOT / "docker" / "grafana" / "dashboards" / "invigil.json"
ALERTS = ROOT / "docker" / "prometheus" / "alerts.yml"
NAME = re.compile(r"\binvigil_[a-z_]+")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}


def counted() -> set[str]:
    families = [*REGISTRY.collect(), *SharedFigures().collect()]
    return {family.name + end for family in families for end in ENDINGS.get(family.type, ())}


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return [panel for panel in found if panel["type"] != "row"]


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


@pytest.mark.django_db
def test_every_figure_that_is_drawn_or_alarms_exists_and_every_figure_is_drawn() -> None:
    known = {name for name in counted() if name.startswith("invigil_")}
    targets = [target["expr"] for panel in panels() for target in panel["targets"]]
    drawn = {name for expression in targets for name in NAME.findall(expression)}
    alarming = {name for alert in alerts() for name in NAME.findall(alert["expr"])}
    assert (drawn | alarming) - known == set()
    families = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in known}
    assert families - {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in drawn} == set()


def test_every_panel_says_what_it_shows_and_lies_beside_the_others() -> None:
    places = set()
    for panel in panels():
        assert panel["description"], panel["title"]
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & places, panel["title"]
        places |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_for_every_alarm_there_is_a_page_to_read() -> None:
    runbook = (ROOT / "docs" / "operations.md").read_text()
    for alert in alerts():
        assert alert["labels"]["severity"] in {"page", "ticket"}, alert["alert"]
        assert f"### {alert['alert']}\n" in runbook
        assert alert["annotations"]["summary"].endswith(".")

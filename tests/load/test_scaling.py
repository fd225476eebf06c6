"""What is needed follows from what was measured, and from nothing else."""

from typing import Any

import pytest

from tests.load.scaling import costs_of, document


def scene(name: str, *, used: dict[str, float], sent: int, acked: float, **changes: Any) -> dict[str, Any]:
    crowd = {
        "events": {"sent": sent, "acked_a_second": acked},
        "frames": {"sent": 0, "recorded_a_second": 0.0, "outcomes": {}},
        "sent_bytes": 100 * sent,
    }
    load = {"crowds": [crowd | changes], "used": {key: {"core_percent": one} for key, one in used.items()}}
    stored = {"database_bytes": 400 * sent, "wal_bytes": 1000 * sent}
    return {"name": name, "load": load, "stored": stored}


@pytest.fixture
def figures() -> dict[str, Any]:
    events = scene(
        "events",
        used={"load client": 30.0, "web": 50.0, "PostgreSQL": 25.0, "Redis": 1.0}
        | {"worker folds": 10.0, "worker frames": 0.0},
        sent=12_000,
        acked=1000.0,
    )
    # 20 events and 20 pictures a second for ten seconds, of which the pictures cost what is left.
    frames = scene(
        "frames",
        used={"load client": 3.0, "web": 5.0, "PostgreSQL": 4.5, "Redis": 1.02}
        | {"worker folds": 0.2, "worker frames": 60.0},
        sent=200,
        acked=20.0,
        frames={"sent": 200, "recorded_a_second": 20.0, "outcomes": {"recorded": 200}},
        sent_bytes=200 * 30_100,
    )
    frames["stored"] = {"database_bytes": 200 * 1400, "wal_bytes": 200 * 4000}
    machine = {"processor": "A processor", "cores": 2, "date": "2026-01-02T03:04:05+00:00"}
    return {"machine": machine, "scenes": [events, frames]}


def test_a_picture_costs_what_is_left_beside_its_events(figures: dict[str, Any]) -> None:
    costs = costs_of({one["name"]: one for one in figures["scenes"]})
    assert (costs.web_event_ms, costs.postgres_event_ms, costs.folds_event_ms) == (0.5, 0.25, 0.1)
    assert costs.web_frame_ms == pytest.approx(2.0)
    assert costs.postgres_frame_ms == pytest.approx(2.0)
    assert costs.frames_frame_ms == pytest.approx(30.0)
    assert (costs.event_sent_bytes, costs.frame_sent_bytes) == (100, 30_000)
    assert (costs.event_stored_bytes, costs.frame_stored_bytes) == (400, 1000)
    assert (costs.event_wal_bytes, costs.frame_wal_bytes) == (1000, 3000)


def test_the_page_multiplies_and_leaves_room(figures: dict[str, Any]) -> None:
    page = document(figures)
    assert "Measured on A processor, 2 cores, 2026-01-02." in page
    lines = {line.split("|")[1].strip(): line for line in page.splitlines() if line.startswith("|")}

    def cells(name: str) -> list[str]:
        return [cell.strip() for cell in lines[name].split("|")[2:-1]]

    # 1,000 candidates, 2.5 ms a second each, at most 70 % of a core.
    assert cells("cores for web processes") == ["3.6", "35.7", "357.1"]
    assert cells("cores for frame workers") == ["42.9", "428.6", "4,285.7"]
    assert cells("network in, Mbit/s") == ["241", "2,408", "24,080"]
    assert cells("database, GB an hour of exam") == ["5.0", "50.4", "504.0"]
    assert cells("written ahead, MB a second") == ["4.0", "40.0", "400.0"]

"""Health is answered for any host, over plain HTTP, without a cookie, and names no secret."""

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from config.asgi import application
from config.operations.door import Operations
from config.operations.health import Health, InThread, Part
from proctoring import draining
from tests.config.operations.asking import exchange

PARTS = ["database", "cache", "channel_layer", "storage"]


@pytest.fixture
def drained() -> Iterator[None]:
    asyncio.run(draining.drain(limit_s=0))
    yield
    draining.stop_draining()


def ask(path: str, **options: Any) -> tuple[int, Any]:
    status, body = exchange(path, **options)
    return status, json.loads(body or b"null")


def within(*parts: Part) -> Operations:
    return Operations(application, Health(parts))


async def answers() -> None:
    return None


async def hangs() -> None:
    await asyncio.Event().wait()


async def fails() -> None:
    raise OSError("postgresql://invigil:secret@db.example/invigil")


@pytest.mark.parametrize("path", ["/health/live", "/health/live/"])
def test_a_process_that_answers_lives(path: str) -> None:
    assert ask(path, host="10.0.0.9:8000") == (200, {"status": "live"})


@pytest.mark.django_db(transaction=True)
def test_a_process_whose_parts_answer_is_ready() -> None:
    status, body = ask("/health/ready", host="anything.example")
    assert (status, body["status"]) == (200, "ready")
    assert {name: part["state"] for name, part in body["parts"].items()} == dict.fromkeys(PARTS, "ok")


def test_what_is_needed_and_fails_makes_it_unready_and_gives_nothing_away() -> None:
    status, body = ask("/health/ready", asked=within(Part("database", fails), Part("cache", answers)))
    assert (status, body["status"]) == (503, "not_ready")
    assert {name: part["state"] for name, part in body["parts"].items()} == {
        "database": "failed",
        "cache": "ok",
    }
    assert "secret" not in json.dumps(body)


def test_storage_that_is_away_is_said_and_costs_no_exam() -> None:
    status, body = ask("/health/ready", asked=within(Part("storage", fails, needed=False)))
    assert (status, body["status"], body["parts"]["storage"]["state"]) == (200, "degraded", "failed")


def test_a_part_that_hangs_is_waited_for_no_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.operations.health.LIMIT_S", 0.01)
    status, body = ask("/health/ready", asked=within(Part("cache", hangs)))
    assert (status, body["parts"]["cache"]["state"]) == (503, "timeout")


def test_a_blocking_part_that_hangs_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.operations.health.LIMIT_S", 0.01)
    monkeypatch.setattr("config.operations.health.KEPT_S", -1.0)
    goes_on, asked = threading.Event(), []

    def hang() -> None:
        asked.append(1)
        goes_on.wait()

    process = within(Part("database", InThread(hang)))
    try:
        assert [ask("/health/ready", asked=process)[0] for _ in range(3)] == [503, 503, 503]
        assert len(asked) == 1
    finally:
        goes_on.set()


def test_a_flood_of_questions_is_answered_from_memory() -> None:
    asked: list[int] = []

    async def count() -> None:
        asked.append(1)

    process = within(Part("database", count))
    assert {ask("/health/ready", asked=process)[0] for _ in range(20)} == {200}
    assert len(asked) < 20


def test_a_process_that_drains_lives_and_is_not_ready(drained: None) -> None:
    assert ask("/health/live") == (200, {"status": "live"})
    assert ask("/health/ready") == (503, {"status": "draining", "parts": {}})


def test_only_reading_is_allowed() -> None:
    assert ask("/health/ready", method="POST")[0] == 405
    assert ask("/health/live", method="HEAD") == (200, None)

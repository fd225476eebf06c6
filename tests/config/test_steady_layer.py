"""Sockets keep their channels while Redis is away, and hear again when it is back."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asgiref.sync import async_to_sync

from config.steady_layer import SteadyRedisLayer
from tests.faults.proxy import Line, proxied
from tests.faults.weather import CLEAR, Weather
from tests.services.redis_server import redis_server

pytestmark = [pytest.mark.slow, pytest.mark.embedded_only]
LIMIT_S = 30


@pytest.fixture(scope="module")
def redis_port() -> Iterator[int]:
    with redis_server() as address:
        yield int(address.rsplit(":", 1)[1])


@pytest.fixture
def line(redis_port: int) -> Iterator[Line]:
    with proxied(redis_port) as made:
        yield made


def layer_through(line: Line) -> SteadyRedisLayer:
    impatient = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}
    return SteadyRedisLayer(
        hosts=[{"address": f"redis://127.0.0.1:{line.port}/0", **impatient}], prefix="steady"
    )


async def heard(layer: SteadyRedisLayer, channel: str, group: str) -> int:
    """Says numbers to the group until one is heard; returns it."""
    receiving = asyncio.create_task(layer.receive(channel))
    number = 0
    async with asyncio.timeout(LIMIT_S):
        while not receiving.done():
            await layer.group_send(group, {"type": "number", "number": (number := number + 1)})
            await asyncio.wait({receiving}, timeout=0.1)
    return int(receiving.result()["number"])


def test_a_group_is_heard(line: Line) -> None:
    @async_to_sync
    async def story() -> None:
        layer = layer_through(line)
        channel = await layer.new_channel()
        await layer.group_add("exam", channel)
        assert await heard(layer, channel, "exam") == 1
        await layer.group_discard("exam", channel)
        await layer.flush()

    story()


def test_a_socket_that_was_there_hears_again(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    @async_to_sync
    async def story() -> None:
        layer = layer_through(line)
        channel = await layer.new_channel()
        await layer.group_add("exam", channel)
        assert await heard(layer, channel, "exam") == 1
        await asyncio.to_thread(line.down)
        await layer.group_send("exam", {"type": "number", "number": 0})
        await asyncio.to_thread(line.up)
        assert await heard(layer, channel, "exam") >= 1
        await layer.flush()

    with caplog.at_level(logging.WARNING, logger="config.steady_layer"):
        story()
    assert "a live message was lost: ConnectionError" in caplog.messages
    assert "live messages wait for Redis: ConnectionError" in caplog.messages
    assert "live messages go on: Redis answers again" in caplog.messages
    assert not [record for record in caplog.records if record.levelno > logging.WARNING]


def test_a_socket_that_comes_meanwhile_is_let_in_and_hears_afterwards(line: Line) -> None:
    @async_to_sync
    async def story() -> None:
        layer = layer_through(line)
        await asyncio.to_thread(line.down)
        channel = await layer.new_channel()
        await layer.group_add("exam", channel)
        other = await layer.new_channel()
        await layer.group_add("exam", other)
        await layer.group_discard("exam", other)
        await asyncio.to_thread(line.up)
        assert await heard(layer, channel, "exam") >= 1
        await layer.flush()

    story()


@contextmanager
def silent(line: Line) -> Iterator[None]:
    line.set(Weather(blackhole=True))
    try:
        yield
    finally:
        line.cut()
        line.set(CLEAR)


def test_a_server_that_says_nothing_holds_nobody_up_for_long(line: Line) -> None:
    @async_to_sync
    async def story() -> None:
        layer = layer_through(line)
        with silent(line):
            async with asyncio.timeout(LIMIT_S):
                channel = await layer.new_channel()
                await layer.group_add("exam", channel)
                await layer.group_send("exam", {"type": "number", "number": 0})
        assert await heard(layer, channel, "exam") >= 1
        await layer.flush()

    story()

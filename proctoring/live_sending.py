"""How a message reaches the channel layer from a thread; `LIVE_SENDER` names one of these classes."""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.utils.module_loading import import_string
from redis import Redis

from accounts.breaker import Breaker

Message = dict[str, Any]
LIMIT_S = 5.0

logger = logging.getLogger(__name__)

_server_loop: asyncio.AbstractEventLoop | None = None


class Sender(Protocol):
    def to_groups(self, groups: tuple[str, ...], message: Message) -> None: ...

    def to_channel(self, channel: str, message: Message) -> None: ...


def configured_sender() -> Sender:
    return _sender(settings.LIVE_SENDER)


def attach_server_loop() -> None:
    """Called by a socket: in the server's process every message is put through the server's own loop.

    The in-memory layer's queues belong to that loop: a job's or a view's thread must not touch them.
    """
    global _server_loop
    _server_loop = asyncio.get_running_loop()


class ThroughALoop:
    """For every layer: the sockets' own event loop where this process has one, else one for the message."""

    def to_groups(self, groups: tuple[str, ...], message: Message) -> None:
        _deliver(_to_groups(groups, message))

    def to_channel(self, channel: str, message: Message) -> None:
        _deliver(get_channel_layer().send(channel, message))


class StraightToRedis:
    """For `RedisPubSubChannelLayer`: published as the layer would, on connections that stay open.

    The layer opens a connection for each event loop, and a worker has a new one for each message.
    """

    def __init__(self) -> None:
        options = settings.CHANNEL_LAYERS["default"]["CONFIG"]
        (address,) = options["hosts"]
        self._prefix = options["prefix"]
        self._breaker = Breaker("Redis")
        self._redis = Redis.from_url(address, socket_timeout=LIMIT_S, socket_connect_timeout=LIMIT_S)

    def to_groups(self, groups: tuple[str, ...], message: Message) -> None:
        self._breaker.ask(lambda: self._publish(groups, get_channel_layer().serialize(message)))

    def to_channel(self, channel: str, message: Message) -> None:
        content = get_channel_layer().serialize(message)
        self._breaker.ask(lambda: self._redis.publish(channel, content))

    def _publish(self, groups: tuple[str, ...], content: bytes) -> None:
        with self._redis.pipeline(transaction=False) as pipeline:
            for group in groups:
                pipeline.publish(f"{self._prefix}__group__{group}", content)
            pipeline.execute()


@cache
def _sender(path: str) -> Sender:
    sender: Sender = import_string(path)()
    return sender


async def _to_groups(groups: tuple[str, ...], message: Message) -> None:
    layer = get_channel_layer()
    for group in groups:
        await layer.group_send(group, message)


def _deliver(sending: Coroutine[Any, Any, None]) -> None:
    loop = _server_loop
    if loop is not None and loop.is_running():
        asyncio.run_coroutine_threadsafe(sending, loop).add_done_callback(_log_failure)
    else:
        async_to_sync(_wait_for)(sending)


async def _wait_for(sending: Coroutine[Any, Any, None]) -> None:
    await sending


def _log_failure(sent: "Future[None]") -> None:
    if not sent.cancelled() and (error := sent.exception()) is not None:
        logger.warning("a live message was lost: %s: %s", type(error).__name__, error)

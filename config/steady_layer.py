"""The pub/sub channel layer, whose sockets live on while Redis is away.

The layer's messages are hints, so one that cannot be sent is lost and said so in the log. What is subscribed
to is remembered here and asked for again as soon as Redis answers, on a connection of its own each time.
"""

import asyncio
import contextlib
import logging
from typing import Any

from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from channels_redis.utils import _wrap_close, decode_hosts
from redis import asyncio as aioredis
from redis.exceptions import RedisError

AWAY = (RedisError, OSError, TimeoutError)
RETRY_S = 0.5
HEARD_WITHIN_S = 0.1
# A server that is gone without a word is noticed by a question that it does not answer.
LINE = {"socket_connect_timeout": 2, "socket_timeout": 5, "health_check_interval": 10}

logger = logging.getLogger(__name__)


class SteadyRedisLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    def _get_layer(self) -> "_LoopLayer":
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        layer: _LoopLayer = self._layers[loop]
        return layer


class _LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]
    def __init__(self, hosts: list[Any], **options: Any) -> None:
        super().__init__(hosts, **options)
        self._shards = [_Connection({**LINE, **host}, self) for host in decode_hosts(hosts)]


class _Connection(RedisSingleShardConnection):  # type: ignore[misc]
    """One server. `_subscribed_to` is what is wanted; whether it is heard depends on the server."""

    is_away = False

    async def publish(self, channel: str, message: bytes) -> None:
        self._ensure_redis()
        try:
            # A connection that broke while nobody used it is no loss: the second has a new one.
            with contextlib.suppress(*AWAY):
                await self._redis.publish(channel, message)
                return
            await self._redis.publish(channel, message)
        except AWAY as error:
            logger.warning("a live message was lost: %s", type(error).__name__)

    async def subscribe(self, channel: str) -> None:
        async with self._lock:
            if channel in self._subscribed_to:
                return
            self._subscribed_to.add(channel)
            self._ensure_redis()
            self._ensure_receiver()
            if not self.is_away:
                await self._try(self._pubsub.subscribe(channel))

    async def unsubscribe(self, channel: str) -> None:
        async with self._lock:
            if channel not in self._subscribed_to:
                return
            self._subscribed_to.remove(channel)
            if not self.is_away and self._pubsub is not None:
                await self._try(self._pubsub.unsubscribe(channel))

    async def _try(self, asked: Any) -> None:
        try:
            await asked
        except AWAY as error:
            self._note_away(error)

    def _note_away(self, error: BaseException) -> None:
        if not self.is_away:
            logger.warning("live messages wait for Redis: %s", type(error).__name__)
        self.is_away = True

    async def _do_receiving(self) -> None:
        while True:
            if self.is_away:
                await self._come_back()
                continue
            try:
                await self._hear()
            except AWAY as error:
                self._note_away(error)

    async def _hear(self) -> None:
        if not self._pubsub.subscribed:
            await asyncio.sleep(HEARD_WITHIN_S)
            return
        self._receive_message(
            await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=HEARD_WITHIN_S)
        )

    async def _come_back(self) -> None:
        """Ask again for everything that is wanted, on a new connection."""
        await asyncio.sleep(RETRY_S)
        async with self._lock:
            pubsub = self._redis.pubsub()
            try:
                if self._subscribed_to:
                    await pubsub.subscribe(*self._subscribed_to)
            except AWAY:
                await _close(pubsub)
                return
            given_up, self._pubsub, self.is_away = self._pubsub, pubsub, False
        await _close(given_up)
        logger.warning("live messages go on: Redis answers again")


async def _close(pubsub: aioredis.client.PubSub) -> None:
    with contextlib.suppress(*AWAY):
        await pubsub.aclose()

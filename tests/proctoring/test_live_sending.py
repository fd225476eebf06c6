"""What a thread publishes to Redis arrives where the channel layer would have brought it."""

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer
from redis import Redis

from proctoring.live_sending import StraightToRedis
from tests.services.redis_server import redis_server

LIMIT_S = 30


@pytest.mark.slow
@pytest.mark.embedded_only
async def test_what_goes_straight_to_redis_arrives(settings: Any) -> None:
    with redis_server() as url:
        settings.CHANNEL_LAYERS = {
            "default": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [f"{url}/0"], "prefix": "north"},
            }
        }
        layer, sender = get_channel_layer(), StraightToRedis()
        channel = await layer.new_channel()
        for group in ("wall", "page"):
            await layer.group_add(group, channel)
        async with asyncio.timeout(LIMIT_S):
            await _subscribed(Redis.from_url(f"{url}/0"), 3)
            await asyncio.to_thread(sender.to_groups, ("wall", "page", "nobody"), {"type": "hint", "n": 1})
            await asyncio.to_thread(sender.to_channel, channel, {"type": "done", "n": 2})
            heard = [await layer.receive(channel) for _ in range(3)]
        await layer.flush()
    assert heard == [{"type": "hint", "n": 1}, {"type": "hint", "n": 1}, {"type": "done", "n": 2}]


async def _subscribed(server: Redis, number: int) -> None:
    while len(await asyncio.to_thread(server.pubsub_channels)) < number:
        pass
    server.close()

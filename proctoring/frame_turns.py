"""Whose frame is looked at next; `FRAME_TURNS` names one of these classes.

A queue in the order of arrival would let an institution that sends ten times its share take everybody's time.
Here the message in the broker's queue only says that there is something to do, and whoever takes it asks for
the frame whose turn it is: institutions one after the other, and of each one the newest frame, since that is
the one that says how things are.
"""

import json
import time
import uuid
from dataclasses import astuple, dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from redis import Redis

from accounts.breaker import Breaker

LIMIT_S = 5.0
# Longer than any frame may wait: a worker that died is followed by one that takes the same frame.
KEPT_S = 60

# KEYS: whose turn it is. ARGV: the prefix of the institutions' own lists, the institution, the frame, when it
# is given up, how long a list is kept.
_PUT = """
local own = ARGV[1] .. ARGV[2]
if redis.call('LPUSH', own, ARGV[4] .. ' ' .. ARGV[3]) == 1 then redis.call('RPUSH', KEYS[1], ARGV[2]) end
redis.call('EXPIRE', own, ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[5])
"""
# KEYS: whose turn it is, what this message took before. ARGV: the prefix, now, how long what is taken stays.
_TAKE = """
local before = redis.call('GET', KEYS[2])
if before then return before end
while true do
  local whose = redis.call('LPOP', KEYS[1])
  if not whose then return nil end
  local own = ARGV[1] .. whose
  local newest = redis.call('LPOP', own)
  if newest then
    local space = string.find(newest, ' ', 1, true)
    if tonumber(string.sub(newest, 1, space - 1)) > tonumber(ARGV[2]) then
      if redis.call('LLEN', own) > 0 then redis.call('RPUSH', KEYS[1], whose) end
      local taken = string.sub(newest, space + 1)
      redis.call('SET', KEYS[2], taken, 'EX', ARGV[3])
      return taken
    end
    -- Those below are older still.
    redis.call('DEL', own)
  end
end
"""


@dataclass(frozen=True, slots=True)
class FrameOrder:
    """A frame that waits to be looked at, and who is to hear of it."""

    institution_id: str
    session_id: str
    seq: int
    t_ms: int
    channel: str


class Turns(Protocol):
    def put(self, order: FrameOrder, *, within_s: float) -> bool:
        """Whether the order waits here and is to be asked for; else the caller hands it on itself."""

    def take(self, message_id: str) -> FrameOrder | None:
        """The order whose turn it is; the same again for a message that comes a second time."""


def configured_turns() -> Turns:
    return _turns(settings.FRAME_TURNS)


class AtOnce:
    """Where tasks run in the caller's thread nothing ever waits."""

    def put(self, order: FrameOrder, *, within_s: float) -> bool:
        return False

    def take(self, message_id: str) -> FrameOrder | None:
        return None


class InTurn:
    """In Redis, beside the frames themselves: what is lost with it is lost with their pictures."""

    def __init__(self) -> None:
        address = settings.CACHES["frames"]["LOCATION"]
        self._breaker = Breaker("Redis")
        self._redis = Redis.from_url(address, socket_timeout=LIMIT_S, socket_connect_timeout=LIMIT_S)
        self._put = self._redis.register_script(_PUT)
        self._take = self._redis.register_script(_TAKE)

    def put(self, order: FrameOrder, *, within_s: float) -> bool:
        uuid.UUID(order.institution_id)
        given_up_ms = round(1000 * (time.time() + within_s))
        arguments: list[str | int] = [
            _OWN,
            order.institution_id,
            json.dumps(astuple(order)),
            given_up_ms,
            KEPT_S,
        ]
        self._breaker.ask(lambda: self._put(keys=[_WHOSE], args=arguments))
        return True

    def take(self, message_id: str) -> FrameOrder | None:
        arguments: list[str | int] = [_OWN, round(1000 * time.time()), KEPT_S]
        taken = self._breaker.ask(lambda: self._take(keys=[_WHOSE, f"{_TAKEN}{message_id}"], args=arguments))
        return None if taken is None else FrameOrder(*json.loads(taken))


_WHOSE, _OWN, _TAKEN = "turns:whose", "turns:of:", "turns:taken:"


@cache
def _turns(path: str) -> Turns:
    turns: Turns = import_string(path)()
    return turns

"""By the clock, whatever comes back: twice, malformed and flagging shares of what a crowd sends."""

import time
from random import Random

from bench.crowd import FLAGGING_EVENT, MALFORMED, PLAIN_EVENTS, Crowd, Plan
from bench.room_client import RoomClient


class Seated(RoomClient):
    """A candidate whose line takes everything and answers nothing."""

    def start(self) -> None:
        self._hear('{"type": "welcome", "next_seq": {"browser": 1, "video": 1}, "session": {"now_ms": 0}}')


def seated(number: int) -> Seated:
    return Seated(url="http://exams.example", session=str(number), cookie="c", dice=Random(number))


async def test_every_candidate_sends_at_its_own_place_of_each_second() -> None:
    clients = [seated(number) for number in range(4)]
    plan = Plan(ramp_s=0.0, hold_s=0.4, event_interval_s=0.1)
    crowd = Crowd(clients, plan, Random(1))
    begin_s = time.perf_counter()
    await crowd.sit(begin_s)
    due_ms = [[round(1000 * (event.due_s - begin_s)) for event in one.events.values()] for one in clients]
    assert due_ms == [
        [0, 100, 200, 300],
        [25, 125, 225, 325],
        [50, 150, 250, 350],
        [75, 175, 275, 375],
    ]
    assert len(crowd.late_s) == 16


async def test_shares_come_twice_are_malformed_or_raise_a_flag() -> None:
    clients = [seated(number) for number in range(50)]
    plan = Plan(ramp_s=0.0, hold_s=0.2, event_interval_s=0.01, duplicates=0.05, malformed=0.01)
    crowd = Crowd(clients, plan, Random(7))
    await crowd.sit(time.perf_counter())
    names = [event.name for one in clients for event in one.events.values()]
    assert len(names) == 1000
    assert set(names) <= {*PLAIN_EVENTS, FLAGGING_EVENT}
    assert names.count(FLAGGING_EVENT) == sum(len(moments) for moments in crowd.flagged_s.values())
    assert 20 <= crowd.duplicates <= 90
    assert sum(one.counts.resent for one in clients) == crowd.duplicates
    assert 1 <= crowd.malformed <= 25


def test_what_is_malformed_is_what_the_protocol_refuses() -> None:
    import pytest

    from proctoring.protocol import parse_room_message
    from proctoring.wire import ProtocolError

    for text in MALFORMED:
        with pytest.raises(ProtocolError):
            parse_room_message(text)

"""A candidate's memory: what is acknowledged is forgotten, what is not goes out again."""

import json
from random import Random
from typing import Any

import pytest

from bench.room_client import RoomClient


class Line:
    """In place of a socket: remembers what was sent."""

    def __init__(self) -> None:
        self.is_open = True
        self.waiting_bytes = 0
        self.texts: list[dict[str, Any]] = []
        self.frames: list[bytes] = []

    def send_text(self, text: str) -> None:
        self.texts.append(json.loads(text))

    def send_bytes(self, data: bytes) -> None:
        self.frames.append(data)

    def seqs(self) -> list[list[int]]:
        return [[event["seq"] for event in text["events"]] for text in self.texts if text["type"] == "events"]


@pytest.fixture
def client() -> RoomClient:
    return RoomClient(url="http://exams.example", session="s", cookie="c", dice=Random(1))


@pytest.fixture
def line(client: RoomClient) -> Line:
    line = Line()
    client._wire = line  # type: ignore[assignment]
    hear(client, type="welcome", next_seq={"browser": 4, "video": 9}, session={"now_ms": 500})
    return line


def hear(client: RoomClient, **message: Any) -> None:
    client._hear(json.dumps(message))


def ack(client: RoomClient, seq: int) -> None:
    hear(client, type="ack", stream="browser", seq=seq)


def test_numbers_begin_where_the_server_says_and_each_event_waits_for_its_answer(
    client: RoomClient, line: Line
) -> None:
    assert [client.record(), client.record("copy"), client.record()] == [4, 5, 6]
    assert line.seqs() == [[4], [5], [6]]
    ack(client, 5)
    assert client.acked == [4, 5]
    assert list(client.unacked) == [6]
    assert (client.counts.acked, len(client.ack_ms)) == (2, 2)


def test_a_new_line_brings_what_was_not_acknowledged_once_more(client: RoomClient, line: Line) -> None:
    client.record()
    client.record()
    ack(client, 4)
    hear(client, type="welcome", next_seq={"browser": 5, "video": 9}, session={"now_ms": 900})
    assert line.seqs() == [[4], [5], [5]]
    assert client.counts.resent == 1
    assert client.record() == 6


def test_an_answer_that_comes_twice_counts_once(client: RoomClient, line: Line) -> None:
    client.record()
    ack(client, 4)
    ack(client, 4)
    assert (client.counts.acked, len(client.acks)) == (1, 1)


def test_without_a_welcome_nothing_has_a_number() -> None:
    client = RoomClient(url="http://exams.example", session="s", cookie="c", dice=Random(1))
    with pytest.raises(RuntimeError, match="wait for welcomed"):
        client.record()
    assert client.send_frame(b"jpeg") is False


def test_a_frame_waits_for_its_answer_and_none_goes_into_a_full_line(client: RoomClient, line: Line) -> None:
    assert client.send_frame(b"jpeg")
    assert client.has_open_frames
    hear(client, type="ack", stream="video", seq=9, outcome="recorded")
    assert not client.has_open_frames
    assert client.counts.frame_outcomes == {"recorded": 1}
    line.waiting_bytes = 300_000
    assert client.send_frame(b"jpeg") is False
    assert (client.counts.frames, client.counts.frames_held, len(line.frames)) == (1, 1, 1)


def test_pings_are_answered_and_refusals_counted(client: RoomClient, line: Line) -> None:
    hear(client, type="ping")
    hear(client, type="error", code="bad_field", message="no", ref=None)
    assert {"type": "pong"} in line.texts
    assert client.counts.refusals == {"bad_field": 1}

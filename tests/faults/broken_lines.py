"""Rows in which a candidate's, a proctor's or another system's line or clock is bad."""

import json
import socket
from contextlib import suppress

from tests.faults.broken_processes import CLOSED
from tests.faults.candidates import Corrupting, Filmed, Shuffler, Stutterer, WrongClock
from tests.faults.ground import Ground
from tests.faults.row import Row
from tests.faults.waiting import let_it_last
from tests.faults.weather import CLEAR, Weather
from tests.webhooks.receivers import Received, answer, reset

KBIT_S = 1000 // 8
HALF_OPEN_S = 12.0
STORM = 40
MOODS = 6


def cut_every_five_seconds(ground: Ground) -> None:
    ground.room.set(Weather(reset_after_ms=5000))
    let_it_last(12)
    ground.room.set(CLEAR)


def half_open(ground: Ground) -> None:
    """Nothing passes and nobody is told; then the machine between has forgotten every connection."""
    ground.room.set(Weather(blackhole=True))
    let_it_last(HALF_OPEN_S)
    ground.room.cut()
    ground.room.set(CLEAR)


def slow_line(ground: Ground) -> None:
    ground.room.set(Weather(latency_ms=300, jitter_ms=200, bytes_per_s=64 * KBIT_S, slice_bytes=512))
    let_it_last(10)
    ground.room.set(CLEAR)


def cut_everybody_at_once(ground: Ground) -> None:
    ground.room.cut()
    ground.room.down()
    let_it_last(2)
    ground.room.up()


def receiver_in_a_mood(ground: Ground) -> None:
    """Fails, redirects, hangs up, takes a message and hangs up; then takes everything."""
    mailbox, turns = ground.mailbox, [0]

    def moody(request: Received, connection: socket.socket) -> None:
        turns[0] += 1
        mood = turns[0] % MOODS
        if mood == 0:
            answer()(request, connection)
        elif mood in (1, 2):
            answer("500 Internal Server Error")(request, connection)
        elif mood == 3:
            answer("307 Temporary Redirect", Location="/elsewhere")(request, connection)
        else:
            reset(request, connection)

    mailbox.handler = moody
    let_it_last(8)
    mailbox.handler = answer()


def console_that_reads_nothing(ground: Ground) -> None:
    """A proctor's socket whose other end has stopped reading while everything is told to it."""
    with suppress(OSError), _deaf_console(ground):
        let_it_last(8)


def _deaf_console(ground: Ground) -> socket.socket:
    ticket = ground.api("POST", "live/ticket/", {})["ticket"]
    deaf = socket.create_connection(("127.0.0.1", ground.stack.port), timeout=10)
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    host = f"127.0.0.1:{ground.stack.port}"
    lines = (
        "GET /ws/console/ HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
    )
    deaf.sendall("\r\n".join([*lines, "", ""]).encode())
    hello = json.dumps({"type": "hello", "ticket": ticket, "exam": ground.seeded.exam}).encode()
    # Masked with zeros, which changes nothing; longer than 125 bytes, shorter than 64 KiB.
    deaf.sendall(b"\x81\xfe" + len(hello).to_bytes(2, "big") + b"\0\0\0\0" + hello)
    return deaf


ROWS = (
    Row(
        "16",
        "socket cut every 5 s",
        "every connection reset at the age of 5 s, for 12 s",
        cut_every_five_seconds,
        may_say=CLOSED,
        by_the_bad_line=True,
        seconds=15,
    ),
    Row(
        "17",
        "half-open line",
        f"nothing passes for {HALF_OPEN_S:.0f} s, then the connection is forgotten",
        half_open,
        may_say=CLOSED,
        felt_ms=6000,
        by_the_bad_line=True,
        seconds=18,
    ),
    Row(
        "18",
        "slow line",
        "64 kbit/s, 300 ms latency, 200 ms jitter, 512-byte slices",
        slow_line,
        may_say=CLOSED,
        sitter=Filmed,
        by_the_bad_line=True,
        seconds=14,
    ),
    Row("19", "duplicates", "3 of 10 events sent twice, old ones again", sitter=Stutterer, seconds=20),
    Row("19b", "another order", "shuffled within 10 numbers", sitter=Shuffler, seconds=20),
    Row("22", "corrupted frames", "one of three cut short or with bits turned", sitter=Corrupting),
    Row(
        "23",
        "wrong client clock",
        "an hour ahead, behind by all since the start, jumps, drift",
        sitter=WrongClock,
        times_are_known=False,
    ),
    Row("25", "moody receiver", "500, 307, cut, cut after it was taken; for 8 s", receiver_in_a_mood),
    Row(
        "35",
        "reconnect storm",
        f"{STORM} candidates cut at once, nobody answers for 2 s",
        cut_everybody_at_once,
        may_say=CLOSED,
        by_the_bad_line=True,
        candidates=STORM,
    ),
    Row(
        "36",
        "console reads nothing",
        "a proctor's socket that stopped reading, for 8 s",
        console_that_reads_nothing,
        may_say=CLOSED,
        sitter=Filmed,
    ),
)

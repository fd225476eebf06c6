"""The line does what its weather says, and nothing of its own."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.faults.proxy import Line, proxied
from tests.faults.weather import CLEAR, Weather
from tests.services.process import free_port

LIMIT_S = 30


class Echo(socketserver.BaseRequestHandler):
    """Says back whatever it hears."""

    def handle(self) -> None:
        with suppress(ConnectionResetError):
            while heard := self.request.recv(65536):
                self.request.sendall(heard)


@contextmanager
def echo() -> Iterator[int]:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def line() -> Iterator[Line]:
    with echo() as port, proxied(port) as made:
        yield made


@contextmanager
def call(line: Line) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", line.port), timeout=LIMIT_S) as connection:
        yield connection


def said_back(connection: socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        chunk = connection.recv(size - len(heard))
        if not chunk:
            break
        heard += chunk
    return heard


def test_on_a_clear_day_everything_passes_unchanged(line: Line) -> None:
    sent = bytes(range(256)) * 2000
    with call(line) as connection:
        threading.Thread(target=connection.sendall, args=(sent,)).start()
        assert said_back(connection, len(sent)) == sent
    assert line.accepted == 1


def test_an_end_that_closes_is_seen_closed_by_the_other(line: Line) -> None:
    with call(line) as connection:
        connection.sendall(b"bye")
        assert said_back(connection, 3) == b"bye"
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""


def test_latency_counts_for_each_direction(line: Line) -> None:
    line.set(Weather(latency_ms=100, jitter_ms=20))
    with call(line) as connection:
        begun_s = time.monotonic()
        connection.sendall(b"ping")
        assert said_back(connection, 4) == b"ping"
        assert time.monotonic() - begun_s >= 0.16


def test_a_narrow_line_takes_its_time(line: Line) -> None:
    line.set(Weather(bytes_per_s=40_000))
    sent = b"x" * 10_000
    with call(line) as connection:
        begun_s = time.monotonic()
        connection.sendall(sent)
        assert said_back(connection, len(sent)) == sent
        # There and back.
        assert time.monotonic() - begun_s >= 0.5


def test_sliced_chunks_arrive_whole(line: Line) -> None:
    line.set(Weather(slice_bytes=7))
    sent = b"0123456789" * 50
    with call(line) as connection:
        connection.sendall(sent)
        assert said_back(connection, len(sent)) == sent


def test_a_blackhole_holds_back_and_tells_nobody(line: Line) -> None:
    with call(line) as connection:
        line.set(Weather(blackhole=True))
        connection.sendall(b"anybody?")
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        line.set(CLEAR)
        connection.settimeout(LIMIT_S)
        assert said_back(connection, 8) == b"anybody?"


def test_a_cut_resets_every_open_connection(line: Line) -> None:
    with call(line) as one, call(line) as other:
        for connection in (one, other):
            connection.sendall(b"here")
            assert said_back(connection, 4) == b"here"
        assert line.cut() == 2
        for connection in (one, other):
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        with call(line) as later:
            later.sendall(b"back")
            assert said_back(later, 4) == b"back"


def heard_until_reset(connection: socket.socket) -> bytes:
    heard = b""
    while True:
        try:
            chunk = connection.recv(65536)
        except ConnectionResetError:
            return heard
        assert chunk, "closed in peace instead of being reset"
        heard += chunk


def test_connections_are_reset_by_their_age(line: Line) -> None:
    line.set(Weather(reset_after_ms=100))
    with call(line) as connection:
        assert heard_until_reset(connection) == b""


def test_a_connection_that_has_carried_its_bytes_is_cut_in_the_middle(line: Line) -> None:
    line.set(Weather(limit_bytes=1000))
    with call(line) as connection:
        connection.sendall(b"y" * 800)
        heard = heard_until_reset(connection)
        assert len(heard) <= 1000
        assert set(heard) <= {ord("y")}


def test_down_refuses_whoever_calls_and_up_answers_again(line: Line) -> None:
    with call(line) as connection:
        connection.sendall(b"on")
        assert said_back(connection, 2) == b"on"
        line.down()
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    with pytest.raises(ConnectionRefusedError), call(line):
        pass
    line.up()
    with call(line) as connection:
        connection.sendall(b"up")
        assert said_back(connection, 2) == b"up"


def test_an_answer_is_said_in_place_of_the_server(line: Line) -> None:
    line.set(Weather(answer=b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n"))
    with call(line) as connection:
        connection.sendall(b"PUT /object HTTP/1.1\r\n\r\n")
        assert connection.recv(200).startswith(b"HTTP/1.1 503 Slow Down")
        assert connection.recv(1) == b""


def test_a_server_that_is_away_resets_whoever_calls() -> None:
    with proxied(free_port()) as dead, pytest.raises(ConnectionResetError), call(dead) as connection:
        connection.recv(1)

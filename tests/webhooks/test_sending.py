"""One POST over real sockets: whatever the receiver does, an outcome in words within the time."""

import gzip
import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.services.process import free_port
from tests.webhooks.certificates import make_certificate, tls_side
from tests.webhooks.receivers import Handler, Received, Receiver, answer, raw, receiving, reset
from webhooks import sending
from webhooks.addresses import Rules, Target, parse_url
from webhooks.sending import LARGEST_ANSWER_BYTES, Answer

HERE = Rules(ports=frozenset({443}), allow_loopback=True)
PUBLIC = Rules(ports=frozenset({443}))
post = partial(sending.post, limit_s=15.0)
BODY = b'{"type": "session.started"}'
HEADERS = {"Content-Type": "application/json", "webhook-id": "evt_1"}


def sent(receiver: Receiver, limit_s: float = 15.0) -> Answer:
    return post(parse_url(receiver.url, HERE), BODY, HEADERS, HERE, limit_s=limit_s)


def tried(handler: Handler, limit_s: float = 15.0) -> Answer:
    with receiving(handler) as receiver:
        return sent(receiver, limit_s)


def test_the_message_arrives_as_it_was_signed() -> None:
    with receiving(answer(body="Zoë\x00 says\x1b thanks".encode())) as receiver:
        outcome = sent(receiver)
    assert outcome.is_taken
    assert (outcome.status, outcome.error, outcome.words) == (200, "", "Taken with status 200.")
    assert outcome.body == "Zoë\ufffd says\ufffd thanks"
    (request,) = receiver.received
    assert request == Received(
        "POST /hook HTTP/1.1",
        {
            "host": f"127.0.0.1:{receiver.port}",
            "connection": "close",
            "accept-encoding": "identity",
            "content-length": str(len(BODY)),
            "content-type": "application/json",
            "webhook-id": "evt_1",
        },
        BODY,
    )


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content", "299 Fine"])
def test_every_answer_of_the_second_hundred_takes_it(status: str) -> None:
    assert tried(answer(status, b"")).is_taken


@pytest.mark.parametrize(
    ("handler", "status", "error"),
    [
        (answer("400 Bad Request"), 400, "refused"),
        (answer("404 Not Found"), 404, "refused"),
        (answer("410 Gone"), 410, "gone"),
        (answer("500 Internal Server Error", b""), 500, "refused"),
        (answer("304 Not Modified", b""), 304, "refused"),
        (answer("101 Switching Protocols", b""), 101, "refused"),
        (answer("999 Whatever"), 999, "refused"),
        (raw(b"SSH-2.0-OpenSSH_9.9\r\n"), None, "answer_unreadable"),
        (raw(b"HTTP/1.1 two hundred\r\n\r\n"), None, "answer_unreadable"),
        (raw(b"\x16\x03\x01\x00\x00"), None, "answer_unreadable"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), None, "answer_unreadable"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"), None, "answer_unreadable"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 200, "answer_unreadable"),
        (raw(b""), None, "connection_broken"),
        (reset, None, "connection_broken"),
    ],
)
def test_every_other_answer_has_a_word(handler: Handler, status: int | None, error: str) -> None:
    outcome = tried(handler)
    assert (outcome.status, outcome.error, outcome.is_taken) == (status, error, False)
    assert outcome.words.endswith(".")


@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/meta-data/", "/elsewhere"])
def test_a_redirect_is_not_followed(place: str) -> None:
    with receiving(answer("302 Found", Location=place)) as receiver:
        outcome = sent(receiver)
    assert (outcome.status, outcome.error) == (302, "redirected")
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("value", "seconds"), [("120", 120), ("soon", None), ("-1", None), ("", None), ("9" * 5000, None)]
)
def test_the_receiver_may_ask_for_patience(value: str, seconds: int | None) -> None:
    assert tried(answer("503 Busy", Retry_After=value)).retry_after_s == seconds


def test_a_long_answer_is_cut_and_a_packed_one_stays_packed() -> None:
    outcome = tried(answer(body=b"x" * (LARGEST_ANSWER_BYTES + 1)))
    assert (outcome.status, outcome.error, len(outcome.body)) == (200, "answer_too_long", 1000)
    packed = gzip.compress(b"\0" * 10_000_000)
    outcome = tried(answer(body=packed, Content_Encoding="gzip"))
    assert (outcome.error, len(outcome.body)) == ("", len(packed[:1000].decode("utf-8", "replace")))


def dripping(content: bytes) -> Callable[[Receiver], Handler]:
    """One byte at a time, faster than any limit on a single read."""

    def made(receiver: Receiver) -> Handler:
        def drip(received: Received, connection: socket.socket) -> None:
            while not receiver.over.wait(0.02):
                connection.sendall(content)

        return drip

    return made


@pytest.mark.parametrize(
    ("start", "drops", "status"),
    [
        (b"", b"", None),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y", None),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"z", 200),
    ],
)
def test_the_time_is_limited_as_a_whole(start: bytes, drops: bytes, status: int | None) -> None:
    handlers: list[Handler] = []

    def handle(received: Received, connection: socket.socket) -> None:
        connection.sendall(start)
        handlers[0](received, connection)

    with receiving(handle) as receiver:
        handlers.append(dripping(drops)(receiver))
        started_s = time.monotonic()
        outcome = sent(receiver, limit_s=0.5)
        assert time.monotonic() - started_s < 10
    assert (outcome.status, outcome.error) == (status, "timeout")
    assert outcome.duration_ms >= 500


def test_nobody_listens() -> None:
    outcome = post(parse_url(f"http://127.0.0.1:{free_port()}/", HERE), BODY, HEADERS, HERE)
    assert (outcome.status, outcome.error) == (None, "connection_refused")
    assert "connection refused" in outcome.words


def named(*texts: str) -> Callable[[str, int], Sequence[str]]:
    return lambda host, port: texts


def refused(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        (("127.0.0.1",), "address_not_allowed"),
        (("93.184.215.14", "10.0.0.1"), "address_not_allowed"),
        (("2606:2800:21f::1", "::ffff:169.254.169.254"), "address_not_allowed"),
        (("64:ff9b::7f00:1",), "address_not_allowed"),
        (("168.63.129.16",), "address_not_allowed"),
        (("fe80::1%eth0",), "address_not_allowed"),
        ((), "name_unknown"),
    ],
)
def test_one_forbidden_address_behind_a_name_is_enough(texts: tuple[str, ...], error: str) -> None:
    outcome = post(parse_url("https://lms.example/", PUBLIC), BODY, HEADERS, PUBLIC, resolver=named(*texts))
    assert (outcome.status, outcome.error) == (None, error)
    assert not any(text in outcome.words for text in texts)


def test_a_name_that_is_not_found_and_one_that_takes_too_long() -> None:
    target = parse_url("https://lms.example/", PUBLIC)
    assert post(target, BODY, HEADERS, PUBLIC, resolver=refused).error == "name_unknown"

    with receiving(answer()) as receiver:

        def slow(host: str, port: int) -> Sequence[str]:
            receiver.over.wait(60)
            return ["93.184.215.14"]

        outcome = post(target, BODY, HEADERS, PUBLIC, resolver=slow, limit_s=0.2)
    assert outcome.error == "timeout"


def test_the_name_is_resolved_once_and_the_checked_address_is_used() -> None:
    """A name that is public when it is checked and private when it is used again gains nothing."""
    asked: list[str] = []

    def once(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    here = Rules(ports=frozenset({443}), networks=(ipaddress.ip_network("127.0.0.0/8"),))
    with receiving(answer()) as receiver:
        target = Target("http", "no-such-name.example", receiver.port, "/")
        assert post(target, BODY, HEADERS, here, resolver=once).is_taken
    assert asked == ["no-such-name.example"]
    assert receiver.received[0].headers["host"] == f"no-such-name.example:{receiver.port}"


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert tried(answer()).is_taken


def test_a_secure_connection_asks_for_the_name_at_the_checked_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_certificate(tmp_path, "lms.example")
    asked_for: list[str | None] = []
    with receiving(answer(), wrap=tls_side(file, asked_for)) as receiver:
        here = Rules(ports=frozenset({receiver.port}), networks=(ipaddress.ip_network("127.0.0.0/8"),))
        target = parse_url(f"https://lms.example:{receiver.port}/hook", here)

        def tell(host: str) -> Answer:
            named_target = Target("https", host, target.port, target.path)
            return post(named_target, BODY, HEADERS, here, resolver=named("127.0.0.1"))

        stranger = tell("lms.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        known, other = tell("lms.example"), tell("other.example")
    assert (stranger.error, known.error, other.error) == ("tls_failed", "", "tls_failed")
    assert "self-signed" in stranger.words
    assert asked_for == ["lms.example", "lms.example", "other.example"]
    assert [request.headers["host"] for request in receiver.received] == [f"lms.example:{receiver.port}"]


def test_a_plain_server_behind_https_is_a_broken_secure_connection() -> None:
    with receiving(answer()) as receiver:
        target = Target("https", "127.0.0.1", receiver.port, "/")
        assert post(target, BODY, HEADERS, HERE, limit_s=1.0).error in (
            "tls_failed",
            "timeout",
            "connection_broken",
        )

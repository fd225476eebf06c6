"""One POST to an address that an institution chose: resolved once, checked, pinned, limited.

The name is resolved here and the connection goes to the address that was judged, so that a name which answers
differently the second time gains nothing. Nothing is followed, unpacked, or sent through a proxy.
"""

import io
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, RemoteDisconnected

from webhooks.addresses import Address, AddressRefused, Rules, Target, check_address

LARGEST_ANSWER_BYTES = 64 * 1024
SHOWN_BYTES = 1000
# A hundred years of seconds have ten.
_FEW_DIGITS = re.compile(r"[0-9]{1,10}")

Resolver = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try. `error` is empty when the receiver took the message, else a stable word."""

    status: int | None
    body: str
    error: str
    words: str
    duration_ms: int
    retry_after_s: int | None = None

    @property
    def is_taken(self) -> bool:
        return not self.error


class SendFailed(Exception):
    def __init__(self, error: str, words: str) -> None:
        super().__init__(words)
        self.error = error
        self.words = words


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    rules: Rules,
    *,
    resolver: Resolver = resolve,
    limit_s: float,
) -> Answer:
    """Send once and say what came of it; never raises for anything that the other side does."""
    started_s = time.monotonic()
    deadline_s = started_s + limit_s
    try:
        addresses = _addresses(target, rules, resolver, deadline_s)
        with _connected(target, addresses, deadline_s) as connection:
            connection.settimeout(_left_s(deadline_s))
            connection.sendall(_request(target, body, headers))
            answer = _read(connection, deadline_s)
    except AddressRefused as refusal:
        answer = _failed(refusal.code, refusal.message)
    except SendFailed as failure:
        answer = _failed(failure.error, failure.words)
    except TimeoutError:
        answer = _failed("timeout", f"No whole answer came within {limit_s:g} seconds.")
    except ssl.SSLError as error:
        answer = _failed("tls_failed", f"The secure connection broke: {error.reason or error}.")
    except RemoteDisconnected:
        answer = _failed("connection_broken", "The receiver closed the connection without an answer.")
    except HTTPException as error:
        answer = _failed("answer_unreadable", f"The answer was not HTTP: {type(error).__name__}.")
    except OSError as error:
        answer = _failed("connection_broken", f"The connection broke: {_reason(error)}.")
    return _timed(answer, started_s)


def _addresses(target: Target, rules: Rules, resolver: Resolver, deadline_s: float) -> list[Address]:
    """What the name means now. One forbidden address among them is enough to send nothing."""
    texts = _resolved(target, resolver, deadline_s)
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in texts]
    if not addresses:
        raise SendFailed("name_unknown", f"The name {target.host} has no address.")
    for address in addresses:
        try:
            check_address(address, rules)
        except AddressRefused as refusal:
            # What names mean inside our own network is not told to those outside it.
            raise AddressRefused(
                refusal.code, f"{target.host} is not on the public internet, so nothing is sent to it."
            ) from refusal
    return addresses


def _resolved(target: Target, resolver: Resolver, deadline_s: float) -> Sequence[str]:
    """A resolver has no time limit of its own, so it is waited for from outside."""
    answers: list[Sequence[str] | OSError] = []

    def ask() -> None:
        try:
            answers.append(resolver(target.host, target.port))
        except (OSError, UnicodeError) as error:
            answers.append(error if isinstance(error, OSError) else OSError(str(error)))

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(timeout=_left_s(deadline_s))
    if not answers:
        raise TimeoutError
    answer = answers[0]
    if isinstance(answer, OSError):
        raise SendFailed("name_unknown", f"The name {target.host} was not found.") from answer
    return answer


def _connected(target: Target, addresses: Sequence[Address], deadline_s: float) -> socket.socket:
    """To the first address that answers; a silent one costs only its share of the time."""
    last: OSError | None = None
    for place, address in enumerate(addresses):
        share_s = _left_s(deadline_s) / (len(addresses) - place)
        try:
            plain = socket.create_connection((str(address), target.port), timeout=share_s)
        except OSError as error:
            last = error
            continue
        return plain if target.scheme == "http" else _secured(plain, target, deadline_s)
    if isinstance(last, TimeoutError):
        raise last
    raise SendFailed("connection_refused", f"Nobody could be reached: {_reason(last)}.")


def _secured(plain: socket.socket, target: Target, deadline_s: float) -> socket.socket:
    try:
        plain.settimeout(_left_s(deadline_s))
        return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise SendFailed("tls_failed", f"The certificate does not hold: {error.verify_message}.") from error
    except BaseException:
        plain.close()
        raise


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        "Connection: close",
        "Accept-Encoding: identity",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _read(connection: socket.socket, deadline_s: float) -> Answer:
    response = HTTPResponse(_Source(connection, deadline_s), method="POST")  # type: ignore[arg-type]
    try:
        response.begin()
        status, retry_after_s = response.status, _seconds(response.getheader("Retry-After"))
        body, failure = _body(response)
    finally:
        response.close()
    error, words = failure if failure and status < 300 else _verdict(status, response.getheader("Location"))
    return Answer(status, _shown(body), error, words, 0, retry_after_s)


def _body(response: HTTPResponse) -> tuple[bytes, tuple[str, str] | None]:
    """The first bytes and what was wrong with the rest: a broken 404 is a 404, a broken 200 was not taken."""
    body = b""
    try:
        while piece := response.read1(LARGEST_ANSWER_BYTES):
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                break
    except TimeoutError:
        return body, ("timeout", "The answer began, but did not end in time.")
    except (HTTPException, OSError) as error:
        return body, ("answer_unreadable", f"The answer broke off: {type(error).__name__}.")
    if len(body) > LARGEST_ANSWER_BYTES:
        return body, ("answer_too_long", f"The answer is longer than {LARGEST_ANSWER_BYTES // 1024} KiB.")
    return body, None


def _verdict(status: int, location: str | None) -> tuple[str, str]:
    if 200 <= status < 300:
        return "", f"Taken with status {status}."
    if 300 <= status < 400 and location:
        return "redirected", f"Status {status} points elsewhere, and redirects are not followed."
    if status == 410:
        return "gone", "Status 410: the receiver wants no more messages."
    return "refused", f"The receiver answered with status {status}."


class _Source(io.RawIOBase):
    """A socket that keeps to one deadline over all its reads, however slowly the bytes drip."""

    def __init__(self, connection: socket.socket, deadline_s: float) -> None:
        self._connection = connection
        self._deadline_s = deadline_s

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._connection.settimeout(_left_s(self._deadline_s))
        return self._connection.recv_into(buffer)


def _left_s(deadline_s: float) -> float:
    left_s = deadline_s - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s


def _seconds(retry_after: str | None) -> int | None:
    """Of thousands of digits no number is made: Python would refuse."""
    return int(retry_after) if retry_after and _FEW_DIGITS.fullmatch(retry_after) else None


def _shown(body: bytes) -> str:
    """Text for a page: without what is no character, on at most a screen."""
    text = body[:SHOWN_BYTES].decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in text)


def _reason(error: OSError | None) -> str:
    return (error.strerror if error and error.strerror else type(error).__name__).lower()


def _failed(error: str, words: str) -> Answer:
    return Answer(None, "", error, words, 0)


def _timed(answer: Answer, started_s: float) -> Answer:
    duration_ms = round((time.monotonic() - started_s) * 1000)
    return Answer(answer.status, answer.body, answer.error, answer.words, duration_ms, answer.retry_after_s)

"""Debian's coturn on 127.0.0.1, and the one request that shows whether it lets somebody in."""

import hashlib
import hmac
import os
import secrets
import shutil
import socket
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.process import accepts_connections, free_port, running

ALLOCATED = 0
UNAUTHORIZED = 401
REALM = "exams.example"

_MAGIC = 0x2112A442
_ALLOCATE = 0x0003
_USERNAME, _INTEGRITY, _ERROR, _REALM, _NONCE, _TRANSPORT = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015, 0x0019
_UDP = struct.pack(">BBBB", 17, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class TurnServer:
    port: int
    secret: str

    @property
    def url(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=udp"


def program() -> str:
    found = shutil.which("turnserver")
    if found:
        return found
    message = "no TURN server found: install it (Debian: apt-get install coturn) to run this test"
    if os.environ.get("REQUIRE_EVERYTHING"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def turn_server(secret: str) -> Iterator[TurnServer]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="invigil-turn-") as name:
        folder = Path(name)
        options = {
            "listening-port": str(port),
            "listening-ip": "127.0.0.1",
            "relay-ip": "127.0.0.1",
            "realm": REALM,
            "static-auth-secret": secret,
            "userdb": str(folder / "turndb"),
            "pidfile": str(folder / "pid"),
            "log-file": "stdout",
        }
        switches = ("allow-loopback-peers", "use-auth-secret", "no-cli", "no-tls", "no-dtls")
        (folder / "turnserver.conf").write_text(
            "".join(f"{name}={value}\n" for name, value in options.items())
            + "".join(f"{name}\n" for name in switches)
        )
        command = [program(), "-c", str(folder / "turnserver.conf")]
        with running("coturn", command, log=folder / "log", ready=lambda: accepts_connections(port)):
            yield TurnServer(port, secret)


def allocate(server: TurnServer, username: str, password: str) -> int:
    """Ask for a relay address as RFC 5766 has it: 0, or the number of the server's refusal."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(30)
        client.connect(("127.0.0.1", server.port))
        challenge = _ask(client, _request([(_TRANSPORT, _UDP)]))
        attributes = [
            (_TRANSPORT, _UDP),
            (_USERNAME, username.encode()),
            (_REALM, challenge[_REALM]),
            (_NONCE, challenge[_NONCE]),
        ]
        key = hashlib.md5(f"{username}:{REALM}:{password}".encode()).digest()
        answer = _ask(client, _request(attributes, key))
    return answer[_ERROR][2] * 100 + answer[_ERROR][3] if _ERROR in answer else ALLOCATED


def _request(attributes: list[tuple[int, bytes]], key: bytes | None = None) -> bytes:
    transaction = secrets.token_bytes(12)
    body = b"".join(_attribute(kind, value) for kind, value in attributes)
    if key is None:
        return _header(len(body), transaction) + body
    # The length that is signed counts the signature, of which there is none yet.
    signed = _header(len(body) + 24, transaction) + body
    return signed + _attribute(_INTEGRITY, hmac.new(key, signed, hashlib.sha1).digest())


def _header(length: int, transaction: bytes) -> bytes:
    return struct.pack(">HHI", _ALLOCATE, length, _MAGIC) + transaction


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def _ask(client: socket.socket, request: bytes) -> dict[int, bytes]:
    client.send(request)
    answer = client.recv(2048)
    found: dict[int, bytes] = {}
    at = 20
    while at < len(answer):
        kind, length = struct.unpack_from(">HH", answer, at)
        found[kind] = answer[at + 4 : at + 4 + length]
        at += 4 + length + (-length % 4)
    return found

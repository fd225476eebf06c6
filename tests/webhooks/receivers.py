"""Receivers of webhooks on this machine: each connection is handled by a plain function."""

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Handler = Callable[["Received", socket.socket], None]


@dataclass(frozen=True, slots=True)
class Received:
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Receiver:
    port: int
    received: list[Received] = field(default_factory=list)
    # Set when the test is over, so that whoever hangs lets go.
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


def answer(status: str = "200 OK", body: bytes = b"thanks", **headers: str) -> Handler:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


def raw(content: bytes) -> Handler:
    return lambda received, connection: connection.sendall(content)


def reset(received: Received, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def read_request(connection: socket.socket) -> Received:
    data = connection.makefile("rb")
    line = data.readline().decode().strip()
    headers: dict[str, str] = {}
    while text := data.readline().decode().strip():
        name, _, value = text.partition(": ")
        headers[name.lower()] = value
    expected = int(headers.get("content-length", 0))
    body = data.read(expected)
    if not line or len(body) < expected:
        raise ConnectionError("the sender broke off before the end of its message")
    return Received(line, headers, body)


@contextmanager
def receiving(
    handler: Handler, wrap: Callable[[socket.socket], socket.socket] | None = None
) -> Iterator[Receiver]:
    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                connection = wrap(self.request) if wrap else self.request
                request = read_request(connection)
                receiver.received.append(request)
                handler(request, connection)
                connection.close()
            except OSError:
                return  # the other side gave up, which is often what the test is about

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Connection) as server:
        receiver = Receiver(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            thread.join()

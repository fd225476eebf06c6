"""A WebSocket without threads and without waiting: a thousand of them fit into a share of one core.

`await open_wire(...)` answers when the handshake is done; from then on `on_text` is called with every text
message and `on_closed` once, with the close code (1006 where the line was cut).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from websockets import Origin
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

HANDSHAKE_LIMIT_S = 30.0
ABNORMAL = 1006


class Refused(Exception):
    """The server did not take the connection; the message says with which status."""


@dataclass(slots=True)
class Traffic:
    """Bytes of HTTP and WebSocket, without those of TLS, TCP and IP."""

    sent: int = 0
    heard: int = 0


class Wire(asyncio.Protocol):
    def __init__(
        self,
        protocol: ClientProtocol,
        on_text: Callable[[str], None],
        on_closed: Callable[[int], None],
        traffic: Traffic,
    ) -> None:
        self._traffic = traffic
        self._protocol = protocol
        self._on_text = on_text
        self._on_closed = on_closed
        self._transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def is_open(self) -> bool:
        return self._transport is not None and self._protocol.state is State.OPEN

    @property
    def waiting_bytes(self) -> int:
        """What was sent and has not left this machine."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def send_text(self, text: str) -> None:
        self._protocol.send_text(text.encode())
        self._flush()

    def send_bytes(self, data: bytes) -> None:
        self._protocol.send_binary(data)
        self._flush()

    def close(self, code: int = 1000) -> None:
        if self.is_open:
            self._protocol.send_close(code)
            self._flush()

    def abort(self) -> None:
        """Cut the line: no closing handshake, nothing that waits is sent."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._traffic.heard += len(data)
        self._protocol.receive_data(data)
        self._flush()
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._shake(event)
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._on_text(bytes(event.data).decode())

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(Refused(f"the line was cut: {exc}"))
            return
        if not self.opened.cancelled() and self.opened.exception() is None:
            self._on_closed(self._protocol.close_code or ABNORMAL)

    def _shake(self, answer: Response) -> None:
        if self.opened.done():
            return
        if self._protocol.handshake_exc is None:
            self.opened.set_result(None)
        else:
            self.opened.set_exception(Refused(f"status {answer.status_code}"))
            self.abort()

    def _flush(self) -> None:
        assert self._transport is not None
        for data in self._protocol.data_to_send():
            if data:
                self._traffic.sent += len(data)
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()


async def open_wire(
    url: str,
    path: str,
    *,
    on_text: Callable[[str], None],
    on_closed: Callable[[int], None],
    traffic: Traffic | None = None,
) -> Wire:
    """`url` is that of the site (http or https), `traffic` counts what goes over the line.

    Raises:
        Refused: when the server does not take the connection.
        OSError: when there is no server.
        TimeoutError: when it does not answer.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    address = parse_uri(f"{'wss' if secure else 'ws'}://{parts.netloc}{path}")
    protocol = ClientProtocol(address, origin=Origin(f"{parts.scheme}://{parts.netloc}"))
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(HANDSHAKE_LIMIT_S):
        _, wire = await loop.create_connection(
            lambda: Wire(protocol, on_text, on_closed, traffic or Traffic()),
            parts.hostname or "",
            parts.port or (443 if secure else 80),
            ssl=True if secure else None,
        )
        try:
            await wire.opened
        except BaseException:
            wire.abort()
            raise
    return wire

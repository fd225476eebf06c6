"""A TCP proxy for one server whose line can be made bad: see `Weather`.

It runs in a thread with an event loop of its own, so that a test may block while the line goes on:

    with proxied(port) as line:
        line.set(Weather(latency_ms=300, jitter_ms=200))
        line.cut()      # every open connection is reset
        line.down()     # nobody answers at this address any more
        line.up()
"""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from tests.faults.weather import CLEAR, Weather
from tests.services.process import free_port

CHUNK_BYTES = 64 * 1024
CALL_LIMIT_S = 30.0
# More would only hide in the proxy what a narrow line cannot carry.
BUFFER_BYTES = 16 * 1024
LINGER_NOT = struct.pack("ii", 1, 0)
Answer = TypeVar("Answer")


class Connection:
    """One connection of somebody to the server, both ways."""

    def __init__(self, line: "Line", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.line = line
        self.near = (reader, writer)
        self.far: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.carried_bytes = 0
        self.tasks: set[asyncio.Task[None]] = set()
        self.over = asyncio.Event()

    async def run(self) -> None:
        """Until either end closes, or the line is cut."""
        self._begin(self._pass_through())
        self._begin(self._age())
        await self.over.wait()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for _reader, writer in self._ends():
            writer.close()

    async def _pass_through(self) -> None:
        try:
            await self._run()
        except OSError:
            self.reset()

    async def _run(self) -> None:
        await self.line.passes()
        if self.line.weather.answer is not None:
            await self._answer()
            self.over.set()
            return
        self.far = await asyncio.open_connection("127.0.0.1", self.line.target_port, limit=BUFFER_BYTES)
        for _reader, writer in self._ends():
            writer.transport.set_write_buffer_limits(high=BUFFER_BYTES)
        self._begin(self._carry(self.near[0], self.far[1]))
        self._begin(self._carry(self.far[0], self.near[1]))

    def reset(self) -> None:
        """As a machine does that has forgotten the connection: both ends see it broken at once."""
        for _reader, writer in self._ends():
            with suppress(OSError, AttributeError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            writer.transport.abort()
        self.over.set()

    def _ends(self) -> Iterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        yield self.near
        if self.far is not None:
            yield self.far

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.add(asyncio.create_task(work))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What comes in one end goes out the other, as the weather lets it."""
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                for piece in self.line.weather.slices(chunk):
                    await self._pass_on(piece, writer)
            await self.line.passes()
        except OSError:
            self.reset()
            return
        writer.close()
        self.over.set()

    async def _pass_on(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        await self.line.passes()
        weather = self.line.weather
        await asyncio.sleep(weather.delay_s(self.line.dice) + weather.takes_s(len(piece)))
        room = None if weather.limit_bytes is None else weather.limit_bytes - self.carried_bytes
        writer.write(piece if room is None else piece[: max(0, room)])
        self.carried_bytes += len(piece)
        await writer.drain()
        if room is not None and len(piece) >= room:
            raise ConnectionResetError("the line has carried what it may")

    async def _age(self) -> None:
        """Cut by its age, whenever the weather says so."""
        begun_s = asyncio.get_running_loop().time()
        while True:
            lives_ms = self.line.weather.reset_after_ms
            if lives_ms is not None and asyncio.get_running_loop().time() - begun_s >= lives_ms / 1000:
                self.reset()
                return
            await asyncio.sleep(0.05)

    async def _answer(self) -> None:
        reader, writer = self.near
        if await reader.read(CHUNK_BYTES) and self.line.weather.answer is not None:
            writer.write(self.line.weather.answer)
            await writer.drain()


class Line:
    """The proxy of one server; made by `proxied`."""

    def __init__(self, target_port: int, *, seed: int) -> None:
        self.target_port = target_port
        self.port = free_port()
        self.weather = CLEAR
        self.dice = random.Random(seed)
        self.accepted = 0
        self.connections: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)

    def set(self, weather: Weather) -> None:
        self._call(self._set(weather))

    def clear(self) -> None:
        self.set(CLEAR)

    def cut(self) -> int:
        """Every open connection is reset; returns how many were."""
        return self._call(self._cut())

    def down(self) -> None:
        self._call(self._down())

    def up(self) -> None:
        self._call(self._up())

    def open(self) -> None:
        self._thread.start()
        self.up()

    def close(self) -> None:
        self.down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_LIMIT_S)
        self._loop.close()

    async def passes(self) -> None:
        """Waits as long as nothing goes through."""
        while self.weather.blackhole:
            await self._changed.wait()

    def _call(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_LIMIT_S)

    async def _set(self, weather: Weather) -> None:
        self.weather = weather
        self._changed.set()
        self._changed = asyncio.Event()

    async def _cut(self) -> int:
        cut = list(self.connections)
        for connection in cut:
            connection.reset()
        return len(cut)

    async def _down(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()
        while self.connections:
            await asyncio.sleep(0.005)

    async def _up(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._accept, "127.0.0.1", self.port, limit=BUFFER_BYTES, backlog=1024
            )

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(self, reader, writer)
        self.accepted += 1
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)


@contextmanager
def proxied(target_port: int, *, seed: int = 1) -> Iterator[Line]:
    line = Line(target_port, seed=seed)
    line.open()
    try:
        yield line
    finally:
        line.close()

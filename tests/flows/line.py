"""A line between a browser and the server that can be cut, mended, made slow, and counts what goes up."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

CHUNK_BYTES = 4096


class Line:
    """A TCP relay on 127.0.0.1; while it is cut nobody gets through, as without network."""

    def __init__(self, server_url: str) -> None:
        self.target = ("127.0.0.1", urlsplit(server_url).port or 80)
        self.up_bits_per_s: float | None = None
        self.up_bytes = 0
        self._is_whole = True
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            self._is_whole = False
            ends, self._ends = self._ends, set()
        for end in ends:
            _drop(end)

    def mend(self) -> None:
        with self._lock:
            self._is_whole = True

    def close(self) -> None:
        self.cut()
        _drop(self._door)

    def _accept(self) -> None:
        while True:
            try:
                browser, _address = self._door.accept()
            except OSError:
                return
            self._join(browser)

    def _join(self, browser: socket.socket) -> None:
        with self._lock:
            is_whole = self._is_whole
        if not is_whole:
            _drop(browser)
            return
        try:
            server = socket.create_connection(self.target)
        except OSError:
            _drop(browser)
            return
        with self._lock:
            self._ends |= {browser, server}
        threading.Thread(target=self._carry, args=(browser, server, True), daemon=True).start()
        threading.Thread(target=self._carry, args=(server, browser, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, goes_up: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                if goes_up:
                    self.up_bytes += len(chunk)
                    if self.up_bits_per_s is not None:
                        # This is the slow line itself, not a wait for something.
                        time.sleep(8 * len(chunk) / self.up_bits_per_s)
                target.sendall(chunk)
        with self._lock:
            self._ends -= {source, target}
        _drop(source)
        _drop(target)


def _drop(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def line_to(server_url: str) -> Iterator[Line]:
    line = Line(server_url)
    try:
        yield line
    finally:
        line.close()

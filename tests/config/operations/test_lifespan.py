"""A real server that is told to end: its sockets leave first, each with the word to come back."""

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets import ConnectionClosed, Origin
from websockets.sync.client import ClientConnection, connect

from tests.services.process import accepts_connections, free_port, running

pytestmark = pytest.mark.slow
LIMIT_S = 60
SOCKETS = 10


def closing_code(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=LIMIT_S)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_sigterm_sends_every_socket_elsewhere_before_the_server_ends(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "uvicorn.log"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "VAR_DIR": str(tmp_path),
        "LOG_LEVEL": "INFO",
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }
    command = [sys.executable, "-W", "ignore", "-m", "uvicorn", "config.asgi:application", f"--port={port}"]
    with running(
        "uvicorn", command, log=log, ready=lambda: accepts_connections(port), environment=environment
    ) as server:
        address, origin = f"ws://127.0.0.1:{port}/ws/room/", Origin("http://localhost")
        with ExitStack() as opened:
            connections = [connect(address, origin=origin, open_timeout=LIMIT_S) for _ in range(SOCKETS)]
            sockets = [opened.enter_context(connection) for connection in connections]
            server.send_signal(signal.SIGTERM)
            assert [closing_code(socket) for socket in sockets] == [1012] * SOCKETS
        server.wait(timeout=LIMIT_S)
    assert f"{SOCKETS} sockets were sent elsewhere" in log.read_text()

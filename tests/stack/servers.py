"""The servers that could carry web processes; the first is ours, the others are measured against it.

`python -m tests.stack.servers NAME SHARED OWN` runs one of the others as `manage.py web` runs ours: on a port
that others share and on one of its own.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

OURS = "uvicorn, websockets-sansio"


def command(server: str, shared: int, own: int) -> list[str]:
    """Words for Python; names are those of `SERVERS` and `OURS`."""
    if server == OURS:
        return ["manage.py", "web", "--port", str(shared), str(own)]
    return ["-m", "tests.stack.servers", server, str(shared), str(own)]


def missing(server: str) -> list[str]:
    """The packages that the server needs and this environment does not have."""
    return [name for name in NEEDED.get(server, ()) if find_spec(name) is None]


def _uvicorn(shared: int, own: int, **changes: Any) -> None:
    import uvicorn

    from config.serving import server_config

    uvicorn.Server(server_config(lifespan="on", backlog=2048, **changes)).run(sockets=_listeners(shared, own))


def _daphne(shared: int, own: int) -> None:
    from daphne.server import Server

    from config.asgi import application

    listeners = _listeners(shared, own)
    endpoints = [f"fd:fileno={listener.fileno()}" for listener in listeners]
    Server(application, endpoints=endpoints, http_timeout=60).run()


def _listeners(shared: int, own: int) -> list[Any]:
    # The application first: whoever is connected is served at once.
    import config.asgi  # noqa: F401
    from config.management.commands.web import _listen

    return [_listen("127.0.0.1", port) for port in (shared, own)]


SERVERS: dict[str, Callable[[int, int], None]] = {
    "uvicorn, websockets": lambda shared, own: _uvicorn(shared, own, ws="websockets"),
    "uvicorn, wsproto": lambda shared, own: _uvicorn(shared, own, ws="wsproto"),
    "uvicorn, websockets-sansio, uvloop": lambda shared, own: _uvicorn(
        shared, own, loop="uvloop", http="httptools"
    ),
    "daphne": _daphne,
}
NEEDED = {
    "uvicorn, wsproto": ("wsproto",),
    "uvicorn, websockets-sansio, uvloop": ("uvloop", "httptools"),
    "daphne": ("daphne",),
}


def main(arguments: list[str]) -> None:
    server, shared, own = arguments
    SERVERS[server](int(shared), int(own))


if __name__ == "__main__":
    main(sys.argv[1:])

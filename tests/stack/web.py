"""`python -m tests.stack.web SHARED OWN`: one web process on a port that others share and on one of its own.

The kernel hands each new connection of the shared port to one of the processes that live; whoever wants a
certain process asks at its own port.
"""

import socket
import sys

import uvicorn

from config.asgi import application

BACKLOG = 1024
MESSAGE_LIMIT_BYTES = 300 * 1024


def main(arguments: list[str]) -> None:
    shared, own = (int(port) for port in arguments)
    config = uvicorn.Config(
        application,
        log_level="warning",
        lifespan="off",
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=MESSAGE_LIMIT_BYTES,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run(sockets=[_listen(shared), _listen(own)])


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(BACKLOG)
    return listener


if __name__ == "__main__":
    main(sys.argv[1:])

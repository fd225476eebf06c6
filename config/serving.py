"""How a web process serves HTTP and sockets, the same in every profile."""

from typing import Any

import uvicorn

APPLICATION = "config.asgi:application"
# A frame of 256 KiB and its head; what is longer is refused before it is read whole.
MESSAGE_LIMIT_BYTES = 300 * 1024


def server_config(**changes: Any) -> uvicorn.Config:
    """uvicorn's, with our limits; `changes` are what differs from place to place."""
    settings = {
        "log_level": "warning",
        # Its lines go where ours go, and lose what ours lose.
        "log_config": None,
        "access_log": False,
        "lifespan": "off",
        # Settings say which proxies are believed; the server itself believes none.
        "proxy_headers": False,
        "ws": "websockets-sansio",
        "ws_max_size": MESSAGE_LIMIT_BYTES,
        "ws_per_message_deflate": False,
    }
    return uvicorn.Config(APPLICATION, **(settings | changes))

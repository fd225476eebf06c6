"""Who may open a socket: pages of our own hosts, and on the programs' socket also what is no page at all."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.security.websocket import AllowedHostsOriginValidator

PROGRAM_PATHS = frozenset({"/ws/analyse/"})
Application = Callable[..., Awaitable[Any]]


class OriginCheck:
    """A browser always names the page it shows; without that name there is no page to be tricked."""

    def __init__(self, sockets: Application) -> None:
        self.sockets = sockets
        self.pages: Application = AllowedHostsOriginValidator(sockets)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        named = any(name == b"origin" for name, _ in scope["headers"])
        program = scope["path"] in PROGRAM_PATHS and not named
        return await (self.sockets if program else self.pages)(scope, receive, send)

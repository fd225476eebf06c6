"""How much a request may bring: more is refused before it is taken in.

Django writes a whole body to a file before it asks who sent it, however long it is.
"""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from accounts.middleware import API

# Whoever takes less (pictures of cards, lists, the API) says so in words of its own.
LARGEST_BYTES = 8 * 1024 * 1024
WORDS = f"What you sent is too large: at most {LARGEST_BYTES // 1024 // 1024} MB are taken."

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[Any]]


class BodyLimit:
    """Around an ASGI application of HTTP: one that would take any length."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> Any:
        if _named_bytes(scope) > LARGEST_BYTES:
            await _refuse(scope, send)
            return None
        taken_bytes = 0

        async def counted() -> Message:
            nonlocal taken_bytes
            message = await receive()
            taken_bytes += len(message.get("body", b""))
            if taken_bytes <= LARGEST_BYTES:
                return message
            # It came in pieces, so its length was not named; to Django the sender goes away.
            await _refuse(scope, send)
            return {"type": "http.disconnect"}

        return await self.application(scope, counted, send)


def _named_bytes(scope: dict[str, Any]) -> int:
    named = [value for name, value in scope["headers"] if name == b"content-length"]
    # What is no number the server itself has refused; a longer one than this is too large in any case.
    return int(named[0][:20]) if named and named[0].isdigit() else 0


async def _refuse(scope: dict[str, Any], send: Send) -> None:
    request_id = uuid.uuid4().hex
    body, kind = WORDS.encode(), b"text/plain; charset=utf-8"
    if scope["path"].startswith(API):
        problem = {"code": "too_large", "message": WORDS, "field": None, "request_id": request_id}
        body, kind = json.dumps(problem).encode(), b"application/json"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
        (b"cache-control", b"no-store"),
        # The rest of the body is on its way: nothing that follows it on this connection could be told apart.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})

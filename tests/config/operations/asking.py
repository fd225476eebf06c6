"""One request over ASGI, as a probe makes it: any host, plain HTTP, no cookie."""

import asyncio
from typing import Any

from config.asgi import application


def exchange(
    path: str, *, method: str = "GET", asked: Any = application, **headers: str
) -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "query_string": b"",
        "client": ("10.0.0.9", 4711),
    }
    asyncio.run(asked(scope, receive, send))
    start, body = sent
    return start["status"], body["body"]

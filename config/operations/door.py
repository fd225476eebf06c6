"""What machines ask of a web process, answered before Django: no host, cookie or redirect is in the way."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async

from config.bodies import Application, Receive, Send
from config.operations import exposition
from config.operations.health import Health, parts_of_this_process

ALLOWED = frozenset({"GET", "HEAD"})
JSON = "application/json"

Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = JSON

    @classmethod
    def of(cls, status: int, content: dict[str, Any]) -> "Answer":
        return cls(status, json.dumps(content).encode())


class Operations:
    """Around an ASGI application of HTTP."""

    def __init__(self, application: Application, health: Health | None = None) -> None:
        self._application = application
        self._health = health or Health(parts_of_this_process())
        self._pages: dict[str, Callable[[Scope], Awaitable[Answer]]] = {
            "/health/live": _live,
            "/health/ready": self._ready,
            "/metrics": _metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        page = self._pages.get(scope["path"].rstrip("/"))
        if page is None:
            return await self._application(scope, receive, send)
        if scope["method"] not in ALLOWED:
            await _answer(Answer.of(405, {"code": "method_not_allowed"}), scope, send)
            return None
        await _answer(await page(scope), scope, send)
        return None

    async def _ready(self, scope: Scope) -> Answer:
        readiness = await self._health.readiness()
        return Answer.of(200 if readiness.may_serve else 503, readiness.to_json())


async def _live(scope: Scope) -> Answer:
    return Answer.of(200, {"status": "live"})


async def _metrics(scope: Scope) -> Answer:
    """As if there were nothing, for whoever shows no token."""
    shown = [value for name, value in scope["headers"] if name == b"authorization"]
    if not shown or not exposition.may_read(shown[0].decode("latin-1")):
        return Answer.of(404, {"code": "not_found"})
    body = await database_sync_to_async(exposition.all_figures, thread_sensitive=False)()
    return Answer(200, body, exposition.CONTENT_TYPE)


async def _answer(answer: Answer, scope: Scope, send: Send) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

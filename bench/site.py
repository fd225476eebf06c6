"""What a page asks its server over HTTP, with a cookie: one request, one connection, no waiting threads."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

LIMIT_S = 30.0
# Any value will do where the cookie and the header agree.
CSRF = "c" * 32


class NotAnswered(Exception):
    """The server refused or did not answer; `status` is 0 where nothing came."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"status {status}: {words}")
        self.status = status


async def post_json(url: str, path: str, cookie: str, document: object) -> dict[str, Any]:
    """What the server answers to a page of whoever holds the cookie `sessionid`."""
    body = json.dumps(document).encode()
    parts = urlsplit(url)
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Cookie: sessionid={cookie}; __Host-sessionid={cookie}; csrftoken={CSRF}",
        f"X-CSRFToken: {CSRF}",
        f"Referer: {url}/",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    request = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    try:
        async with asyncio.timeout(LIMIT_S):
            answer = await _exchange(parts.hostname or "", parts.port, parts.scheme == "https", request)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise NotAnswered(0, str(error) or type(error).__name__) from error
    return _document(answer)


async def _exchange(host: str, port: int | None, secure: bool, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(
        host, port or (443 if secure else 80), ssl=True if secure else None
    )
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.close()


def _document(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].split()
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    if b"transfer-encoding: chunked" in head.lower():
        body = _joined(body)
    if not 200 <= status < 300:
        raise NotAnswered(status, body.decode(errors="replace")[:200] or "no answer")
    document: dict[str, Any] = json.loads(body)
    return document


def _joined(chunks: bytes) -> bytes:
    body = b""
    while chunks:
        size, _, rest = chunks.partition(b"\r\n")
        length = int(size or b"0", 16)
        body += rest[:length]
        chunks = rest[length + 2 :] if length else b""
    return body

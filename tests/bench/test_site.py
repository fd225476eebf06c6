"""A page's request, against servers that answer in pieces, refuse, or hang up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bench.site import CSRF, NotAnswered, post_json


@asynccontextmanager
async def answering(answer: bytes, heard: list[bytes]) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def asked(answer: bytes) -> tuple[dict[str, object], bytes]:
    heard: list[bytes] = []
    async with answering(answer, heard) as url:
        return await post_json(url, "/room/1/ticket/", "cookie-1", {}), heard[0]


async def test_cookie_and_token_agree_and_the_answer_is_read() -> None:
    document, request = await asked(b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"ticket":"t"}')
    assert document == {"ticket": "t"}
    assert b"POST /room/1/ticket/ HTTP/1.1\r\n" in request
    assert b"Cookie: sessionid=cookie-1;" in request
    assert f"X-CSRFToken: {CSRF}\r\n".encode() in request


async def test_an_answer_in_pieces_is_put_together() -> None:
    pieces = b'a\r\n{"ticket":\r\n4\r\n"t"}\r\n0\r\n\r\n'
    document, _ = await asked(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + pieces)
    assert document == {"ticket": "t"}


async def test_a_refusal_says_its_status() -> None:
    with pytest.raises(NotAnswered, match="status 403: no seat") as refused:
        await asked(b"HTTP/1.1 403 Forbidden\r\n\r\nno seat")
    assert refused.value.status == 403


async def test_who_hangs_up_has_not_answered() -> None:
    with pytest.raises(NotAnswered, match="status 0: no answer"):
        await asked(b"")
    with pytest.raises(NotAnswered, match="status 0"):
        await post_json("http://127.0.0.1:1", "/", "c", {})

"""A candidate's and an examiner's end of the sockets, through the whole ASGI application."""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

from config.asgi import application
from proctoring.protocol import FrameMessage, pack

ORIGIN = (b"origin", b"http://testserver")
# Waiting ends with the answer; the limit is for a machine that is busy with other things.
LIMIT_S = 30
DEVICE = {"user_agent": "pytest", "screen": [1440, 900], "camera_label": "HD"}


class End(ApplicationCommunicator):  # type: ignore[misc]
    """Channels' own communicator would need daphne, which nothing else here does."""

    def __init__(self, path: str, *, origin: tuple[bytes, bytes] | None = ORIGIN) -> None:
        path, _, query = path.partition("?")
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"host", b"testserver"), *([origin] if origin else [])],
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def open(self) -> "End":
        assert await self.is_let_in()
        return self

    async def is_let_in(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(timeout=LIMIT_S)
        return bool(answer["type"] == "websocket.accept")

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(timeout=LIMIT_S)

    async def say_text(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def say_bytes(self, data: bytes) -> None:
        await self.send_input({"type": "websocket.receive", "bytes": data})

    async def say(self, **message: Any) -> None:
        await self.say_text(json.dumps(message))

    async def hear(self, timeout_s: float = LIMIT_S) -> dict[str, Any]:
        answer = await self.receive_output(timeout=timeout_s)
        assert answer["type"] == "websocket.send", answer
        message: dict[str, Any] = json.loads(answer["text"])
        return message

    async def hear_kind(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next message of that type, whatever else comes before it."""
        while True:
            message = await self.hear()
            if message["type"] == kind and fields.items() <= message.items():
                return message

    async def closing_code(self, timeout_s: float = LIMIT_S) -> int:
        while True:
            event = await self.receive_output(timeout=timeout_s)
            if event["type"] == "websocket.close":
                return int(event["code"])


class RoomEnd(End):
    def __init__(self, **options: Any) -> None:
        super().__init__("/ws/room/", **options)

    async def hello(self, ticket: str) -> dict[str, Any]:
        await self.say(type="hello", ticket=ticket, device=DEVICE)
        return await self.hear_kind("welcome")

    async def send_frame(self, seq: int, t_ms: int, jpeg: bytes) -> None:
        await self.say_bytes(pack(FrameMessage(seq, t_ms, jpeg)))

    async def frame(self, seq: int, t_ms: int, jpeg: bytes) -> str:
        """Send one frame and wait for what became of it."""
        await self.send_frame(seq, t_ms, jpeg)
        ack = await self.hear_kind("ack", stream="video", seq=seq)
        return str(ack["outcome"])

    async def events(self, *events: dict[str, Any]) -> None:
        await self.say(type="events", events=list(events))


def event(seq: int, t_ms: int, name: str, **detail: int) -> dict[str, Any]:
    shape = {"stream": "browser", "seq": seq, "t": t_ms, "ev": name, "n": 1}
    return {**shape, "detail": detail} if detail else shape

"""An answer that is made while it is sent, one step after another."""

from collections.abc import AsyncIterator, Callable, Mapping

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse


class SteppedResponse(StreamingHttpResponse):
    """Django would gather a plain iterator whole before it sends any of it from an ASGI server."""

    def __init__(
        self,
        step: Callable[[], bytes],
        *,
        close: Callable[[], None],
        content_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`step` gives the next bytes, none at the end; `close` is called in any case."""
        self._step = step
        super().__init__(iter(step, b""), content_type=content_type, headers=headers)
        self._resource_closers.append(close)  # type: ignore[attr-defined]

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._send()

    async def _send(self) -> AsyncIterator[bytes]:
        while data := await sync_to_async(self._step)():
            yield data

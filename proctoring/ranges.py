"""Parts of a stored file over HTTP, so that a player can jump; never the whole in memory."""

import re
from dataclasses import dataclass
from functools import partial

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from proctoring.stepped import SteppedResponse

# A player that asks for the rest of a file gets this much and asks again.
LARGEST_ANSWER_BYTES = 2 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """From `first` to `last`, both included."""

    first: int
    last: int

    @property
    def size_bytes(self) -> int:
        return self.last - self.first + 1


class RangeRefused(ValueError):
    """There is nothing of the file in this range."""


def wanted_range(header: str, size_bytes: int) -> ByteRange:
    """What a Range header asks for; everything where it cannot be read, as the standard says."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return ByteRange(0, size_bytes - 1)
    first_text, last_text = found.groups()
    if not first_text:
        first, last = max(0, size_bytes - int(last_text)), size_bytes - 1
    else:
        first, last = int(first_text), min(int(last_text or size_bytes), size_bytes - 1)
    if first > last:
        raise RangeRefused
    return ByteRange(first, last)


def file_answer(request: HttpRequest, file: File, size_bytes: int, content_type: str) -> HttpResponseBase:
    """The whole file, or the part that is asked for; the file is closed when it has been sent."""
    if "Range" in request.headers:
        with file:
            return range_answer(request, file, size_bytes, content_type)
    return SteppedResponse(
        partial(file.read, CHUNK_BYTES),
        close=file.close,
        content_type=content_type,
        headers=HEADERS | {"Content-Length": str(size_bytes)},
    )


def range_answer(request: HttpRequest, file: File, size_bytes: int, content_type: str) -> HttpResponse:
    """206 with a part of the file; 416 where there is no such part."""
    try:
        asked = wanted_range(request.headers.get("Range", ""), size_bytes)
    except RangeRefused:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size_bytes}"})
    part = ByteRange(asked.first, min(asked.last, asked.first + LARGEST_ANSWER_BYTES - 1))
    file.seek(part.first)
    content = b"" if request.method == "HEAD" else file.read(part.size_bytes)
    headers = HEADERS | {
        "Content-Range": f"bytes {part.first}-{part.last}/{size_bytes}",
        "Content-Length": str(part.size_bytes),
    }
    return HttpResponse(content, status=206, content_type=content_type, headers=headers)

"""Parts of a file over HTTP, for players that jump."""

import io

import pytest
from django.core.files.base import File
from django.test import RequestFactory

from proctoring.ranges import (
    LARGEST_ANSWER_BYTES,
    ByteRange,
    RangeRefused,
    file_answer,
    range_answer,
    wanted_range,
)
from proctoring.stepped import SteppedResponse


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", (0, 99)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=-", (0, 99)),
        ("bytes=1-2,4-5", (0, 99)),
        ("items=1-2", (0, 99)),
        ("bytes=x-2", (0, 99)),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str, expected: tuple[int, int]) -> None:
    assert wanted_range(header, 100) == ByteRange(*expected)


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=20-10", "bytes=-0"])
def test_there_is_nothing_beyond_the_end(header: str) -> None:
    with pytest.raises(RangeRefused):
        wanted_range(header, 100)


def answer(header: str, content: bytes) -> tuple[int, str, bytes]:
    request = RequestFactory().get("/", HTTP_RANGE=header)
    given = range_answer(request, File(io.BytesIO(content)), len(content), "video/webm")
    return given.status_code, given.headers["Content-Range"], given.content


def test_a_part_is_answered_with_its_place() -> None:
    assert answer("bytes=2-4", b"0123456789") == (206, "bytes 2-4/10", b"234")


def test_an_open_end_gets_no_more_than_fits_in_memory() -> None:
    content = bytes(LARGEST_ANSWER_BYTES + 5)
    status, place, part = answer("bytes=3-", content)
    assert (status, len(part)) == (206, LARGEST_ANSWER_BYTES)
    assert place == f"bytes 3-{LARGEST_ANSWER_BYTES + 2}/{len(content)}"


def test_what_lies_beyond_is_refused_with_the_size() -> None:
    assert answer("bytes=10-", b"0123456789") == (416, "bytes */10", b"")


async def test_without_a_range_the_whole_file_is_sent_piece_by_piece() -> None:
    content = bytes(range(256)) * 2048
    file = File(io.BytesIO(content))
    given = file_answer(RequestFactory().get("/"), file, len(content), "video/webm")
    assert isinstance(given, SteppedResponse)
    assert (given.status_code, given.headers["Content-Length"]) == (200, str(len(content)))
    parts = [part async for part in given]
    assert (len(parts), b"".join(parts)) == (2, content)
    given.close()
    assert file.closed


def test_with_a_range_the_file_is_closed_at_once() -> None:
    file = File(io.BytesIO(b"0123456789"))
    given = file_answer(RequestFactory().get("/", HTTP_RANGE="bytes=5-"), file, 10, "video/webm")
    assert (given.status_code, given.content, file.closed) == (206, b"56789", True)  # type: ignore[attr-defined]

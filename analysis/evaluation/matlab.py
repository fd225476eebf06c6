"""The one thing needed of MATLAB's files: a real matrix by its name, from a level 5 file."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
HEADER_BYTES = 128
MAX_BYTES = 16 * 1024 * 1024
MATRIX, COMPRESSED = 14, 15
NUMBERS = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
COMPLEX = 0x08


class MatlabRefused(ValueError):
    """A file that is no level 5 MATLAB file, is damaged, or has no such real matrix."""


def read_matrix(path: Path, name: str) -> FloatArray:
    """A real matrix of a level 5 little-endian MAT file.

    Returns:
        float64, in MATLAB's shape.

    Raises:
        MatlabRefused: where it cannot be found or read.

    Source: MathWorks, MAT-File Format, "Level 5 MAT-File Format".
    """
    data = path.read_bytes()[:MAX_BYTES] if path.is_file() else b""
    if len(data) < HEADER_BYTES or data[126:128] != b"IM":
        raise MatlabRefused(f"{path.name}: this is no level 5 MATLAB file")
    try:
        for kind, body in _elements(data[HEADER_BYTES:]):
            found = _matrix(body, name) if kind == MATRIX else None
            if found is not None:
                return found
    except (struct.error, zlib.error, ValueError, KeyError, StopIteration) as reason:
        raise MatlabRefused(f"{path.name}: the file is damaged") from reason
    raise MatlabRefused(f"{path.name}: there is no real matrix {name}")


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind >> 16:
            # Four bytes or fewer stand in the tag itself, with their size in its upper half.
            yield kind & 0xFFFF, data[at + 4 : at + 4 + (kind >> 16)]
            at += 8
            continue
        body = data[at + 8 : at + 8 + size]
        if kind == COMPRESSED:
            yield from _elements(zlib.decompressobj().decompress(body, MAX_BYTES))
            at += 8 + size
        else:
            yield kind, body
            at += 8 + size + (-size % 8)


def _matrix(body: bytes, name: str) -> FloatArray | None:
    parts = _elements(body)
    flags = next(parts)[1]
    shape = np.frombuffer(next(parts)[1], dtype="<i4")
    if next(parts)[1].decode("ascii") != name or flags[1] & COMPLEX:
        return None
    kind, numbers = next(parts)
    return np.frombuffer(numbers, dtype="<" + NUMBERS[kind]).astype(np.float64).reshape(shape, order="F")

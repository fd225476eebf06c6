"""The safe gate for camera frames: what is no plain, whole JPEG of a camera's size is refused.

EXIF and other application segments are dropped unread; what leaves here (`encode_jpeg`) carries none.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
RefusalCode = Literal[
    "frame_empty",
    "frame_invalid",
    "frame_type",
    "frame_too_large",
    "frame_dimensions",
    "frame_unsupported",
    "frame_trailing_data",
    "frame_corrupt",
]

MAX_BYTES = 256 * 1024
MIN_WIDTH_PX, MAX_WIDTH_PX = 160, 1920
MIN_HEIGHT_PX, MAX_HEIGHT_PX = 120, 1080
MAX_SCANS = 24
MAX_SEGMENTS = 256

SOI, EOI, SOS, DRI, APP14 = 0xD8, 0xD9, 0xDA, 0xDD, 0xEE
BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
OTHER_FRAMES = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
UNREAD = frozenset(range(0xE1, 0xF0)) - {APP14} | {0xFE}
TABLES = frozenset({0xC4, 0xDB, DRI, 0xFE}) | frozenset(range(0xE0, 0xF0))
STRICT = {"err_detect": "crccheck+bitstream+buffer+explode"}


class FrameRefused(ValueError):
    """A frame that is not analysed: `code` for programs, `message` for people. Never a sign of "no face"."""

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code: RefusalCode = code
        self.message = message


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A decoded picture: `image` is (height, width, 3) uint8, BGR."""

    image: Image
    width_px: int
    height_px: int

    @classmethod
    def of(cls, image: Image) -> Frame:
        """A frame around a picture that is decoded already, for example from a video file."""
        return cls(image, image.shape[1], image.shape[0])


@dataclass(frozen=True, slots=True)
class Header:
    """What a JPEG's start-of-frame says, before anything is decoded."""

    width_px: int
    height_px: int
    components: int
    progressive: bool


def open_frame(data: bytes) -> Frame:
    """Check and decode one camera frame.

    Args:
        data: JPEG bytes, at most 256 KiB; 160..1920 x 120..1080; 8 bit; 1 or 3 components; baseline or
            progressive Huffman coding; nothing after the end mark.

    Returns:
        The picture as BGR uint8, as stored: an EXIF orientation is not applied.

    Raises:
        FrameRefused: with the code of the first check that failed. `frame_corrupt` is as strict as entropy
            coding allows: damage that still spells a legal stream cannot be told without a checksum.
    """
    walk = _walked(data)
    header = walk.header
    image = _decode(walk.plain())
    if image.shape[:2] != (header.height_px, header.width_px):
        raise FrameRefused("frame_corrupt", "the picture is not as large as its header says")
    return Frame(image, header.width_px, header.height_px)


def read_header(data: bytes) -> Header:
    """Walk the markers of a JPEG without decoding it.

    Raises:
        FrameRefused: as `open_frame`, except for damage inside the compressed picture.
    """
    return _walked(data).header


def _walked(data: bytes) -> _Walk:
    if not data:
        raise FrameRefused("frame_empty", "the frame has no bytes")
    if data[:3] != b"\xff\xd8\xff":
        kind: RefusalCode = "frame_type" if _other_kind(data) else "frame_invalid"
        raise FrameRefused(kind, "the frame is not a JPEG picture")
    if len(data) > MAX_BYTES:
        raise FrameRefused("frame_too_large", f"the frame has {len(data)} bytes; the limit is {MAX_BYTES}")
    walk = _Walk(data)
    walk.run()
    return walk


def encode_jpeg(image: Image, quality: int = 85) -> bytes:
    """Encode a BGR uint8 picture for evidence: nothing but pixels, no EXIF.

    Raises:
        ValueError: for a quality outside 1..100 or an array that is no picture.
    """
    if not 1 <= quality <= 100:
        raise ValueError(f"JPEG quality must be 1..100, not {quality}")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ValueError(f"not a BGR picture: {image.shape} {image.dtype}")
    written, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not written:
        raise ValueError("the picture could not be encoded")
    return encoded.tobytes()


def thumbnail(image: Image, width_px: int) -> Image:
    """The picture scaled down to a width, proportions kept; a smaller one is returned as it is.

    Raises:
        ValueError: for a width below one pixel.
    """
    if width_px < 1:
        raise ValueError(f"a thumbnail is at least one pixel wide, not {width_px}")
    height, width = image.shape[:2]
    if width <= width_px:
        return image
    size = (width_px, max(1, round(height * width_px / width)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


class _Walk:
    """One pass over the markers, from the start mark to the end mark."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 2
        self._header: Header | None = None
        self._scans = 0
        self._kept: list[bytes] = [data[:2]]

    @property
    def header(self) -> Header:
        if self._header is None or self._scans == 0:
            raise FrameRefused("frame_corrupt", "the JPEG ends without a picture")
        return self._header

    def plain(self) -> bytes:
        """The picture without EXIF, comments and other application segments."""
        return b"".join(self._kept)

    def run(self) -> None:
        for _ in range(MAX_SEGMENTS):
            start = self._at
            marker = self._marker()
            if marker == EOI:
                self._end(start)
                return
            self._segment(marker)
            if marker not in UNREAD:
                self._kept.append(self._data[start : self._at])
        raise FrameRefused("frame_unsupported", f"the JPEG has more than {MAX_SEGMENTS} segments")

    def _end(self, start: int) -> None:
        after = len(self._data) - self._at
        if after:
            raise FrameRefused("frame_trailing_data", f"{after} bytes follow the end of the picture")
        self._kept.append(self._data[start : self._at])

    def _marker(self) -> int:
        data, at = self._data, self._at
        if at < len(data) and data[at] != 0xFF:
            raise FrameRefused("frame_corrupt", f"a marker is missing at byte {at}")
        while at < len(data) and data[at] == 0xFF:
            at += 1
        if at >= len(data):
            raise FrameRefused("frame_corrupt", "the frame is cut off before the end of the picture")
        self._at = at + 1
        return data[at]

    def _segment(self, marker: int) -> None:
        body = self._body()
        if marker in (BASELINE, EXTENDED, PROGRESSIVE):
            self._start_of_frame(body, marker)
        elif marker == SOS:
            self._scan()
        elif marker in OTHER_FRAMES or marker == 0xCC:
            raise FrameRefused(
                "frame_unsupported", "only baseline and progressive JPEG with Huffman codes is read"
            )
        elif marker == APP14 and body[:5] == b"Adobe" and len(body) >= 12 and body[11] not in (0, 1):
            raise FrameRefused("frame_unsupported", "CMYK pictures are not read")
        elif marker not in TABLES:
            raise FrameRefused("frame_corrupt", f"unknown marker {marker:#04x}")

    def _body(self) -> bytes:
        start = self._at + 2
        length = int.from_bytes(self._data[self._at : start], "big")
        if length < 2 or self._at + length > len(self._data):
            raise FrameRefused("frame_corrupt", "a segment is longer than the frame")
        self._at += length
        return self._data[start : self._at]

    def _start_of_frame(self, body: bytes, marker: int) -> None:
        if self._header is not None:
            raise FrameRefused("frame_unsupported", "the JPEG holds more than one picture")
        if len(body) < 6 or len(body) != 6 + 3 * body[5]:
            raise FrameRefused("frame_corrupt", "the picture's header has the wrong length")
        bits, height, width = body[0], int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
        if bits != 8 or body[5] not in (1, 3):
            raise FrameRefused(
                "frame_unsupported", f"{body[5]} components of {bits} bits; 1 or 3 of 8 bits are read"
            )
        if not (MIN_WIDTH_PX <= width <= MAX_WIDTH_PX and MIN_HEIGHT_PX <= height <= MAX_HEIGHT_PX):
            allowed = f"{MIN_WIDTH_PX}x{MIN_HEIGHT_PX} to {MAX_WIDTH_PX}x{MAX_HEIGHT_PX}"
            raise FrameRefused("frame_dimensions", f"the picture is {width}x{height}; {allowed} is read")
        self._header = Header(width, height, body[5], marker == PROGRESSIVE)

    def _scan(self) -> None:
        if self._header is None:
            raise FrameRefused("frame_corrupt", "picture data comes before the picture's header")
        self._scans += 1
        limit = MAX_SCANS if self._header.progressive else self._header.components
        if self._scans > limit:
            raise FrameRefused("frame_unsupported", f"the JPEG has more than {limit} scans")
        data, at = self._data, self._at
        while True:
            at = data.find(b"\xff", at)
            if at < 0 or at + 1 >= len(data):
                raise FrameRefused("frame_corrupt", "the frame is cut off before the end of the picture")
            if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
                break
            at += 2
        self._at = at


def _other_kind(data: bytes) -> bool:
    text = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    binary = data.startswith((b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"%PDF", b"PK"))
    return binary or data[4:8] == b"ftyp" or text.startswith((b"<", b"{", b"#!"))


class _Decoders(threading.local):
    """A strict decoder per thread: FFmpeg's fails on damage that libjpeg only warns about, and is faster."""

    def __init__(self) -> None:
        self.codec = self.fresh()

    @staticmethod
    def fresh() -> av.VideoCodecContext:
        codec = av.CodecContext.create("mjpeg", "r")
        codec.options = STRICT
        codec.thread_count = 1
        return codec


_decoders = _Decoders()


def _decode(data: bytes) -> Image:
    try:
        pictures = _decoders.codec.decode(av.Packet(data))
        if len(pictures) == 1:
            return np.asarray(pictures[0].to_ndarray(format="bgr24"), dtype=np.uint8)
    except (av.error.FFmpegError, ValueError):
        # The next frame must not meet what a broken one left behind.
        _decoders.codec = _Decoders.fresh()
    raise FrameRefused("frame_corrupt", "the compressed picture is damaged")

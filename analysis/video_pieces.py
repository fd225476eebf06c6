"""Short videos, recorded one after the other, joined into one file that can be searched.

Nothing is encoded again. The file is without holes: every piece begins where the one before it ended, and
spans tell which moment lies where. Where sound is missing, silence is put in: players go by the sound, and
would lose step without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

CONTAINERS = "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2"
"""Single files only: playlists could name other files of this machine."""
WEBM_CODECS = frozenset({"vp8", "vp9", "av1", "opus"})
MOST_PIXELS = 4096 * 2304
# A frame of Opus that holds 20 ms of silence.
SILENCE, SILENCE_MS = b"\xf8\xff\xfe", 20
MS = Fraction(1, 1000)


class Problem(StrEnum):
    """Why a piece is not in the joined file."""

    UNREADABLE = "unreadable"
    OTHER_FORMAT = "other_format"


@dataclass(frozen=True, slots=True)
class PieceFile:
    """A piece on this machine's disk; `t_ms` is when its first picture was taken, on the session's clock."""

    path: Path
    t_ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start_ms` to `end_ms` of the session the file runs on from its own `file_ms`."""

    start_ms: int
    end_ms: int
    file_ms: int


@dataclass(frozen=True, slots=True)
class Joined:
    spans: tuple[Span, ...]
    duration_ms: int
    content_type: str
    problems: Mapping[Problem, int]


@dataclass(frozen=True, slots=True)
class _Format:
    """The codecs of a piece; without sound `sound` is empty."""

    picture: str
    sound: str


class NothingToJoin(ValueError):
    """None of the pieces can be read; `problems` counts them by kind."""

    def __init__(self, problems: Mapping[Problem, int]) -> None:
        super().__init__("None of the pieces can be read as a video.")
        self.problems = problems


def join_pieces(
    pieces: Sequence[PieceFile],
    target: Path,
    *,
    on_piece: Callable[[int], None] = lambda done: None,
) -> Joined:
    """Write the pieces that can be read into `target`, in the order given.

    Most pieces decide which codecs the file has; those of other codecs and those that cannot be read are left
    out and counted. `on_piece` is told how many pieces are done.

    Raises:
        NothingToJoin: where no piece is left.
    """
    problems: Counter[Problem] = Counter()
    formats = [_format_of(piece.path) for piece in pieces]
    problems[Problem.UNREADABLE] = formats.count(None)
    wanted = _most_frequent(formats)
    if wanted is None:
        raise NothingToJoin(+problems)
    fitting = [piece for piece, known in zip(pieces, formats, strict=True) if _fits(known, wanted)]
    problems[Problem.OTHER_FORMAT] = len(pieces) - len(fitting) - problems[Problem.UNREADABLE]
    container, content_type = _container_of(wanted)
    # What stands in front can be searched before the whole file is there.
    options = {"cues_to_front": "1"} if container == "webm" else {"movflags": "+faststart"}
    with av.open(str(target), "w", format=container, options=options) as output:
        spans = _Writer(output, wanted).write(fitting, on_piece)
    duration_ms = spans[-1].file_ms + spans[-1].end_ms - spans[-1].start_ms
    return Joined(spans, duration_ms, content_type, dict(+problems))


def _format_of(path: Path) -> _Format | None:
    """The codecs of a piece whose first picture can be decoded; None for anything else."""
    try:
        with _open(path) as container:
            picture = container.streams.video[0]
            if picture.width * picture.height > MOST_PIXELS:
                return None
            sound = container.streams.audio[0].codec_context.name if container.streams.audio else ""
            first = next(container.decode(picture), None)
            return None if first is None else _Format(picture.codec_context.name, sound)
    except (av.error.FFmpegError, OSError, ValueError, IndexError):
        return None


def _open(path: Path) -> InputContainer:
    return av.open(str(path), options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"})


def _most_frequent(formats: Iterable[_Format | None]) -> _Format | None:
    """The picture's codec that most pieces have, with the sound's that most of those have that sound."""
    known = [one for one in formats if one is not None]
    if not known:
        return None
    picture = Counter(one.picture for one in known).most_common(1)[0][0]
    sounds = Counter(one.sound for one in known if one.picture == picture and one.sound)
    return _Format(picture, sounds.most_common(1)[0][0] if sounds else "")


def _fits(known: _Format | None, wanted: _Format) -> bool:
    """A piece without sound fits too: silence takes its place."""
    return known is not None and known.picture == wanted.picture and known.sound in ("", wanted.sound)


def _container_of(wanted: _Format) -> tuple[str, str]:
    if wanted.picture in WEBM_CODECS and wanted.sound in {"", *WEBM_CODECS}:
        return "webm", "video/webm"
    return "mp4", "video/mp4"


class _Writer:
    """Puts packets of one piece after the other into the output, on one clock in milliseconds."""

    def __init__(self, output: OutputContainer, wanted: _Format) -> None:
        self._output = output
        self._wanted = wanted
        self._picture: Stream | None = None
        self._sound: Stream | None = None
        self._last_ms = {"video": -1, "audio": -1}
        self._at_ms = 0

    def write(self, pieces: Sequence[PieceFile], on_piece: Callable[[int], None]) -> tuple[Span, ...]:
        self._add_streams(pieces)
        spans = []
        for number, piece in enumerate(pieces, start=1):
            begun_ms = self._at_ms
            self._write_piece(piece.path)
            spans.append(Span(piece.t_ms, piece.t_ms + self._at_ms - begun_ms, begun_ms))
            on_piece(number)
        return tuple(spans)

    def _add_streams(self, pieces: Sequence[PieceFile]) -> None:
        """As the first piece that has them; its own file may be closed afterwards."""
        for piece in pieces:
            with _open(piece.path) as container:
                if self._picture is None:
                    self._picture = self._output.add_stream_from_template(container.streams.video[0])
                if self._sound is None and container.streams.audio:
                    self._sound = self._output.add_stream_from_template(container.streams.audio[0])
            if self._sound is not None or not self._wanted.sound:
                return

    def _write_piece(self, path: Path) -> None:
        """All packets up to where the piece breaks off, if it does."""
        begun_ms, picture_end_ms, sound_end_ms = self._at_ms, self._at_ms, self._at_ms
        first_ms: int | None = None
        try:
            with _open(path) as container:
                for packet in container.demux():
                    if packet.dts is None or packet.pts is None or packet.time_base is None:
                        continue
                    if first_ms is None:
                        first_ms = _ms(packet.dts, packet.time_base)
                    shift_ms = begun_ms - first_ms
                    if packet.stream.type == "video":
                        picture_end_ms = max(picture_end_ms, self._put(packet, self._picture, shift_ms))
                    elif packet.stream.type == "audio":
                        sound_end_ms = max(sound_end_ms, self._put(packet, self._sound, shift_ms))
        except (av.error.FFmpegError, OSError, ValueError):
            pass
        if self._sound is not None and self._wanted.sound == "opus":
            sound_end_ms = self._fill_with_silence(sound_end_ms, picture_end_ms)
        self._at_ms = max(picture_end_ms, sound_end_ms, begun_ms + 1)

    def _put(self, packet: Packet[Any], stream: Stream | None, shift_ms: int) -> int:
        """Write a packet at its shifted time; returns when what it shows or sounds is over."""
        assert packet.dts is not None
        assert packet.pts is not None
        assert packet.time_base is not None
        if stream is None:
            return 0
        dts_ms = _ms(packet.dts, packet.time_base) + shift_ms
        pts_ms = _ms(packet.pts, packet.time_base) + shift_ms
        duration_ms = _ms(packet.duration or 0, packet.time_base)
        # Two packets at one time, or one before the last, are refused by the file.
        dts_ms = max(dts_ms, self._last_ms[packet.stream.type] + 1)
        pts_ms = max(pts_ms, dts_ms)
        self._last_ms[packet.stream.type] = dts_ms
        packet.time_base, packet.dts, packet.pts, packet.duration = MS, dts_ms, pts_ms, duration_ms
        packet.stream = stream
        self._output.mux(packet)
        return pts_ms + duration_ms

    def _fill_with_silence(self, from_ms: int, to_ms: int) -> int:
        assert self._sound is not None
        at_ms = from_ms
        while at_ms + SILENCE_MS <= to_ms:
            packet = Packet(SILENCE)
            packet.time_base, packet.dts, packet.pts, packet.duration = MS, at_ms, at_ms, SILENCE_MS
            packet.stream = self._sound
            self._last_ms["audio"] = at_ms
            self._output.mux(packet)
            at_ms += SILENCE_MS
        return at_ms


def _ms(ticks: int, time_base: Fraction) -> int:
    return round(ticks * time_base * 1000)

"""One window of sound after the other: its level, and whether somebody speaks. Live and replay share this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.audio.speech import SpeechState, follow
from analysis.audio.vad import RATE_HZ, Heard, Passage, Samples, VadState, VoiceDetector
from analysis.reading import Reading

WINDOW_MS = 1000
WINDOW_SAMPLES = RATE_HZ
LEAST_SAMPLES = RATE_HZ // 10
SEAM_MS = 150
"""Two windows this close count as one stretch: the clock of a browser is not the clock of a sound card."""
CLIPPED = 0.99
MOST_CLIPPED = 0.05
QUIETEST_DB = -100.0
_FULL_SCALE = 32768.0
_MARK_BYTES = 8
_LENGTH_BYTES = 4

Scalar = bool | int | float | str | None
ORDER: Literal["little"] = "little"


class SoundRefused(ValueError):
    """Bytes that are no window of sound; the message is for people."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """`samples` is (n,) float32 in -1..1 at 16 kHz mono, from `t_ms` after the session's start on."""

    t_ms: int
    samples: Samples

    @property
    def end_ms(self) -> int:
        return self.t_ms + round(1000 * len(self.samples) / RATE_HZ)


@dataclass(frozen=True, slots=True, eq=False)
class ListeningState:
    """What is known of a stream of sound so far; `heard_until_ms` is where its last window ended.

    `unheard` is speech that waits to be compared with other voices: (n,) float32 in -1..1, mostly empty.
    """

    heard_until_ms: int
    vad: VadState
    speech: SpeechState
    unheard: Samples = field(default_factory=lambda: np.zeros(0, np.float32))

    def to_bytes(self) -> bytes:
        """For a cache: whichever worker hears the next window goes on from here."""
        vad, speech = self.vad.to_bytes(), self.speech.to_bytes()
        mark = self.heard_until_ms.to_bytes(_MARK_BYTES, ORDER)
        lengths = b"".join(len(part).to_bytes(_LENGTH_BYTES, ORDER) for part in (vad, speech))
        sound = (self.unheard * _FULL_SCALE).clip(-_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")
        return mark + lengths + vad + speech + sound.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> ListeningState:
        """The state that `to_bytes` wrote.

        Raises:
            ValueError: for bytes that are no such state.
        """
        start = _MARK_BYTES + 2 * _LENGTH_BYTES
        middle = start + int.from_bytes(data[_MARK_BYTES : _MARK_BYTES + _LENGTH_BYTES], ORDER)
        end = middle + int.from_bytes(data[_MARK_BYTES + _LENGTH_BYTES : start], ORDER)
        return cls(
            heard_until_ms=int.from_bytes(data[:_MARK_BYTES], ORDER),
            vad=VadState.from_bytes(data[start:middle]),
            speech=SpeechState.from_bytes(data[middle:end]),
            unheard=(np.frombuffer(data[end:], "<i2") / _FULL_SCALE).astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class Sound:
    """What one window told. `level_db` is its loudness, RMS against full scale; `None` where nothing at all
    came from the microphone. `speech_share` is the part of the window that is speech, 0..1.
    """

    level_db: float | None
    speech: Reading[bool]
    speech_share: Reading[float]


@dataclass(frozen=True, slots=True, eq=False)
class Listened:
    """A window's sound, and what the next window goes on from."""

    sound: Sound
    state: ListeningState


def window_of_pcm(payload: bytes, t_ms: int) -> Window:
    """A window from 16-bit little-endian PCM, 16 kHz mono.

    Raises:
        SoundRefused: for half a sample, less than 0.1 s, or more than 1 s.
    """
    if len(payload) % 2:
        raise SoundRefused("The sound ends in the middle of a sample.")
    values = np.frombuffer(payload, "<i2")
    if not LEAST_SAMPLES <= len(values) <= WINDOW_SAMPLES:
        raise SoundRefused("A window of sound is 0.1 to 1 second long.")
    return Window(t_ms, (values / _FULL_SCALE).astype(np.float32))


def listen(
    window: Window,
    detector: VoiceDetector | None,
    state: ListeningState | None = None,
) -> Listened:
    """Hear one window. After a time that was not sent, what came before counts as silent up to here.

    Without a detector the level is known and speech is not.
    """
    return listen_together([window], detector, [state])[0]


def listen_together(
    windows: Sequence[Window], detector: VoiceDetector | None, states: Sequence[ListeningState | None]
) -> list[Listened]:
    """The same for one window of each of several streams, with what is known of each stream so far."""
    before = [up_to(window.t_ms, state) for window, state in zip(windows, states, strict=True)]
    if detector is None:
        return [_level_alone(window, state) for window, state in zip(windows, before, strict=True)]
    passages = [Passage(window.samples, state.vad) for window, state in zip(windows, before, strict=True)]
    heard = detector.listen_together(passages)
    return [_listened(*one, detector) for one in zip(windows, heard, before, strict=True)]


def _level_alone(window: Window, before: ListeningState) -> Listened:
    unknown = Sound(_level_db(window.samples), Reading(None, 0.0, "", ""), Reading(None, 0.0, "", ""))
    return Listened(unknown, replace(before, heard_until_ms=window.end_ms))


def _listened(window: Window, heard: Heard, before: ListeningState, detector: VoiceDetector) -> Listened:
    spoken = follow(heard.probabilities, before.speech)
    quality = _quality(window.samples)
    sound = Sound(
        level_db=_level_db(window.samples),
        speech=Reading(spoken.speaks, quality, detector.key, detector.version),
        speech_share=Reading(spoken.share, quality, detector.key, detector.version),
    )
    return Listened(sound, ListeningState(window.end_ms, heard.state, spoken.state, before.unheard))


def signals(sound: Sound) -> dict[str, Scalar]:
    """The `v` of one audio record in the risk log; `None` is unknown."""
    return {
        "level_db": sound.level_db,
        "speech": sound.speech.known,
        "speech_share": sound.speech_share.known,
    }


def up_to(t_ms: int, state: ListeningState | None) -> ListeningState:
    """What is known right before a window that begins at `t_ms`."""
    if state is None:
        return ListeningState(t_ms, VadState.fresh(), SpeechState())
    silent_ms = t_ms - state.heard_until_ms
    if abs(silent_ms) <= SEAM_MS:
        return state
    return ListeningState(t_ms, VadState.fresh(), state.speech.after_silence(max(0, silent_ms)))


def _level_db(samples: Samples) -> float | None:
    # A microphone that is on always hears some noise: nothing but zeros is one that is muted.
    if not samples.any():
        return None
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(QUIETEST_DB, round(10 * float(np.log10(power)), 1))


def _quality(samples: npt.NDArray[np.float32]) -> float:
    """0 without any sound; below 0.5 where so much is cut off that voice and noise sound alike."""
    if not samples.any():
        return 0.0
    clipped = float(np.mean(np.abs(samples) >= CLIPPED))
    return round(max(0.0, 1.0 - clipped / (2 * MOST_CLIPPED)), 3)

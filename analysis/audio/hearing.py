"""One window of sound after the other through everything that listens: level, speech, voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.audio.speech import tidy
from analysis.audio.vad import CHUNK, CHUNK_MS, Samples, VoiceDetector
from analysis.audio.voices import (
    SpeakerEncoder,
    VoiceMemory,
    Voices,
    stretches_of,
    tell,
    unknown_voices,
)
from analysis.audio.windows import (
    Listened,
    ListeningState,
    Scalar,
    Window,
    listen_together,
    signals,
    up_to,
)
from analysis.reading import KNOWN_QUALITY

PAUSE_MS = 2000


@dataclass(frozen=True, slots=True)
class Ears:
    """What listens here; each may be missing. Without a detector of voice nothing tells voices apart."""

    voice: VoiceDetector | None
    speakers: SpeakerEncoder | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The `v` of one audio record in the risk log (`None` is unknown), and what the next one goes on from."""

    signals: dict[str, Scalar]
    state: ListeningState
    voices: VoiceMemory


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """The next window of one stream, and what the window before it left; nothing where there was none."""

    window: Window
    state: ListeningState | None = None
    voices: VoiceMemory | None = None


def hear(
    window: Window, ears: Ears, state: ListeningState | None = None, voices: VoiceMemory | None = None
) -> Heard:
    """Hear one window. What nothing listens for is left out of the signals."""
    return hear_together([Turn(window, state, voices)], ears)[0]


def hear_together(turns: Sequence[Turn], ears: Ears) -> list[Heard]:
    """Hear one window of each of several streams: cheaper than one by one, and the same answers."""
    before = [up_to(turn.window.t_ms, turn.state) for turn in turns]
    listened = listen_together([turn.window for turn in turns], ears.voice, before)
    return [_heard(*one, ears) for one in zip(turns, before, listened, strict=True)]


def _heard(turn: Turn, before: ListeningState, listened: Listened, ears: Ears) -> Heard:
    memory = turn.voices or VoiceMemory.fresh()
    if ears.voice is None or ears.speakers is None:
        return Heard(signals(listened.sound), listened.state, memory)
    speech = _speech(turn.window, before, listened.state)
    cut, unheard = stretches_of(np.concatenate((before.unheard, speech)))
    told = unknown_voices(ears.speakers)
    quality = listened.sound.speech_share.quality
    if quality >= KNOWN_QUALITY and len(cut):
        told, memory = tell(ears.speakers.embed(cut), memory, quality, ears.speakers)
    state = replace(listened.state, unheard=unheard[: len(unheard) if _goes_on(listened.state) else 0])
    return Heard({**signals(listened.sound), **voice_signals(told)}, state, memory)


def voice_signals(told: Voices) -> dict[str, Scalar]:
    return {
        "voices": told.count.known,
        "second_voice": told.second.known,
        "voice_distance": told.distance.known,
    }


def _speech(window: Window, before: ListeningState, after: ListeningState) -> Samples:
    """The samples of a window, and of what was left over before it, that are speech."""
    sound = np.concatenate((before.vad.rest, window.samples))
    chunks = sound[: len(sound) // CHUNK * CHUNK].reshape(-1, CHUNK)
    speech = np.array(tidy(after.speech.voiced)[-len(chunks) :], np.bool_)
    return chunks[speech].reshape(-1) if len(chunks) else sound[:0]


def _goes_on(state: ListeningState) -> bool:
    """After two seconds of silence whoever speaks next may be somebody else: nothing is joined over it."""
    return any(state.speech.voiced[-PAUSE_MS // CHUNK_MS :])

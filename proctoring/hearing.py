"""One window of sound before and after it is heard: where the one before left off, and what it told.

The room sends a window while it is not quiet, and one every few seconds when it is. So silence is a window
in which nobody speaks, a muted microphone one of nothing but zeros, and a lost one no window at all: a gap.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import caches
from django.db.models import Max
from django.utils.module_loading import import_string

from accounts.errors import DomainError
from analysis.risk.log import Record
from exams.models import Session
from proctoring import parking, voice_memory
from proctoring.models import Observation
from proctoring.services import listening

if TYPE_CHECKING:
    from analysis.audio.hearing import Ears, Heard, Turn
    from analysis.audio.vad import VoiceDetector
    from analysis.audio.voices import SpeakerEncoder, VoiceMemory
    from analysis.audio.windows import ListeningState, Window

logger = logging.getLogger(__name__)
STREAM: Final = "audio"
# Longer than the room is ever silent: after that it is a new beginning.
REMEMBERED_S = 120


def shared_voice() -> "VoiceDetector | None":
    """The voice detector of this process; without one the level is all that is known of a sound."""
    return _voice(Path(settings.MODELS_DIR))


@cache
def _voice(models_dir: Path) -> "VoiceDetector | None":
    from analysis.detectors.base import DetectorMissing
    from analysis.detectors.voice import shared_vad

    try:
        return shared_vad(models_dir)
    except DetectorMissing as reason:
        logger.warning("speech is not recognised: %s", reason)
        return None


def configured_voice() -> "VoiceDetector | None":
    detector: VoiceDetector | None = import_string(settings.VOICE_DETECTOR)()
    return detector


@cache
def shared_speakers() -> "SpeakerEncoder | None":
    """What tells voices apart in this process; without the full set nothing is said of them."""
    from analysis.detectors.base import DetectorMissing
    from analysis.detectors.voices import shared_voices

    try:
        return shared_voices()
    except DetectorMissing as reason:
        logger.warning("voices are not told apart: %s", reason)
        return None


def configured_ears() -> "Ears":
    """Everything that listens in this process."""
    from analysis.audio.hearing import Ears

    speakers: SpeakerEncoder | None = import_string(settings.SPEAKER_ENCODER)()
    return Ears(configured_voice(), speakers)


def turn_of(*, session_id: uuid.UUID, seq: int, t_ms: int) -> "Turn | None":
    """A parked window and what its stream remembers, None for what is no sound; the sound goes at once."""
    from analysis.audio.hearing import Turn
    from analysis.audio.windows import SoundRefused, window_of_pcm

    pcm = parking.take_sound(session_id, seq)
    if pcm is None:
        return None
    try:
        window = window_of_pcm(pcm, t_ms)
    except SoundRefused:
        return None
    return Turn(window, _remembered(session_id), voice_memory.remembered(session_id))


def keep(*, session_id: uuid.UUID, seq: int, t_ms: int, heard: "Heard") -> None:
    """Record what a window of a live session told, and remember where its stream goes on."""
    caches["frames"].set(_key(session_id), heard.state.to_bytes(), timeout=REMEMBERED_S)
    try:
        listening.record_heard(session_id=session_id, seq=seq, t_ms=t_ms, heard=heard)
    except DomainError as refusal:
        # The session ended while this was listened to, or its number makes no sense.
        logger.info("what was heard in sound %s is not recorded: %s", seq, refusal.message)


def next_seq(session: Session) -> int:
    """The number of the next window that the room sends."""
    newest = Observation.objects.filter(session=session, stream=STREAM).aggregate(newest=Max("seq"))
    return (newest["newest"] or 0) + 1


def records_of(windows: "Iterable[Window]", ears: "Ears") -> Iterator[Record]:
    """The audio stream of a recording."""
    from analysis.audio.hearing import hear as hear_window

    state: ListeningState | None = None
    voices: VoiceMemory | None = None
    for seq, window in enumerate(windows, start=1):
        heard = hear_window(window, ears, state, voices)
        state, voices = heard.state, heard.voices
        yield Record(STREAM, seq, window.t_ms, values=heard.signals)


def _remembered(session_id: uuid.UUID) -> "ListeningState | None":
    from analysis.audio.windows import ListeningState

    kept: bytes | None = caches["frames"].get(_key(session_id))
    return None if kept is None else ListeningState.from_bytes(kept)


def _key(session_id: uuid.UUID) -> str:
    return f"sound-state:{session_id}"

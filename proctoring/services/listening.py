"""A window of sound is recorded together with what it leaves of voices."""

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from proctoring import voice_memory
from proctoring.services import recording
from proctoring.services.recording import SampleRecorded

if TYPE_CHECKING:
    from analysis.audio.hearing import Heard


@transaction.atomic
def record_heard(*, session_id: uuid.UUID, seq: int, t_ms: int, heard: "Heard") -> SampleRecorded:
    """Commit one window. Voices are remembered under the log's lock: an end cannot come in between."""
    recorded = recording.record_sample(
        session_id=session_id, stream="audio", seq=seq, t_ms=t_ms, signals=heard.signals
    )
    if recorded.new and len(heard.voices.all):
        voice_memory.remember(session_id, heard.voices)
    return recorded

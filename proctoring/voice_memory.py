"""The voices of a running sitting as numbers: sealed, in the cache only, forgotten when the sitting ends."""

import logging
import uuid
from typing import TYPE_CHECKING

from django.core.cache import cache

from accounts.sealing import SealBroken, Sealed, seal, unseal

if TYPE_CHECKING:
    from analysis.audio.voices import VoiceMemory

logger = logging.getLogger(__name__)
PURPOSE = b"invigil voices 1"
KEPT_S = 4 * 3600
"""Longer than anybody is silent in an exam; after that the next voice is the first again."""


def remember(session_id: uuid.UUID, voices: "VoiceMemory") -> None:
    cache.set(_key(session_id), seal(voices.to_bytes(), session_id, purpose=PURPOSE), timeout=KEPT_S)


def remembered(session_id: uuid.UUID) -> "VoiceMemory | None":
    """None where nobody has spoken yet, or where it cannot be read: then the next voice is the first."""
    from analysis.audio.voices import VoiceMemory

    kept: Sealed | None = cache.get(_key(session_id))
    if kept is None:
        return None
    try:
        return VoiceMemory.from_bytes(unseal(kept, session_id, purpose=PURPOSE))
    except (SealBroken, ValueError) as reason:
        logger.error("the voices of session %s cannot be read: %s", session_id, reason)
        return None


def forget(session_id: uuid.UUID) -> None:
    cache.delete(_key(session_id))


def _key(session_id: uuid.UUID) -> str:
    return f"voices:{session_id}"

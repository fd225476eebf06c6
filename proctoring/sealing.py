"""Biometric bytes at rest, sealed for the sitting that they belong to."""

import uuid

from accounts import sealing
from accounts.sealed_columns import SealedColumn
from accounts.sealing import SealBroken, Sealed

__all__ = ["PURPOSE", "SEALED", "SealBroken", "Sealed", "seal", "unseal"]

PURPOSE = b"invigil face template 1"
SEALED = (SealedColumn("proctoring.FaceTemplate", "sealed", "key_id", "session_id", PURPOSE),)


def seal(content: bytes, session_id: uuid.UUID) -> Sealed:
    """Encrypt for one session."""
    return sealing.seal(content, session_id, purpose=PURPOSE)


def unseal(sealed: Sealed, session_id: uuid.UUID) -> bytes:
    """The content, or `SealBroken`."""
    return sealing.unseal(sealed, session_id, purpose=PURPOSE)

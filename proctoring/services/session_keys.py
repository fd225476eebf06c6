"""Every sitting's pictures are encrypted with a key of its own; whoever destroys the key erases them all.

AES-256-GCM. What is sealed is bound to the institution, the sitting and the name of the object, so that no
picture can be passed off as another. The key rests sealed with the installation's own.
"""

import os
import uuid
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, sealing
from accounts.errors import Gone
from accounts.sealed_columns import SealedColumn
from accounts.sealing import SealBroken, Sealed
from accounts.tenancy import current_institution_id
from exams.models import Session
from proctoring.models import SessionKey

PURPOSE = b"invigil session key 1"
SEALED = (SealedColumn("proctoring.SessionKey", "sealed", "key_id", "session_id", PURPOSE),)
KEY_BYTES, NONCE_BYTES = 32, 12
VERSION = b"\x01"


class Why(StrEnum):
    """Why a key is destroyed, as the audit log says it."""

    ERASED = "erased"
    RETENTION = "retention"


class Erased(Gone):
    """What was sealed for this sitting can never be read again."""

    def __init__(self) -> None:
        super().__init__(
            "erased", _("The pictures of this sitting have been erased. Nobody can restore them.")
        )


def seal_for(session_id: uuid.UUID, content: bytes, *, name: str) -> bytes:
    """Encrypt for one sitting under the object's name.

    Raises:
        Erased: the key was destroyed, so nothing is kept of this sitting any more.
    """
    nonce = os.urandom(NONCE_BYTES)
    key = AESGCM(_key_of(session_id))
    return VERSION + nonce + key.encrypt(nonce, content, _bound(session_id, name))


def open_for(session_id: uuid.UUID, sealed: bytes, *, name: str) -> bytes:
    """What was sealed under this name.

    Raises:
        Erased: the key was destroyed.
        SealBroken: the bytes were changed, or sealed for another sitting or under another name.
    """
    key = AESGCM(_opened(SessionKey.objects.filter(session_id=session_id).first()))
    if sealed[:1] != VERSION:
        raise SealBroken("these bytes were not sealed for a sitting")
    nonce, encrypted = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return key.decrypt(nonce, encrypted, _bound(session_id, name))
    except (InvalidTag, ValueError) as reason:
        raise SealBroken("these bytes were changed or belong to another sitting") from reason


@transaction.atomic
def destroy_key(*, session: Session, why: Why) -> bool:
    """Make every sealed picture of the sitting unreadable for good; whether there was still a key."""
    kept, _made = SessionKey.objects.select_for_update().get_or_create(session=session)
    if kept.destroyed_at is not None:
        return False
    had_one = kept.sealed is not None
    kept.sealed, kept.key_id, kept.destroyed_at = None, "", timezone.now()
    kept.save(update_fields=["sealed", "key_id", "destroyed_at"])
    audit.record(
        actor="system",
        action="session_key.destroyed",
        subject=f"session:{session.id}",
        detail={"reason": why.value},
    )
    return had_one


def is_erased(session_id: uuid.UUID) -> bool:
    return SessionKey.objects.filter(session_id=session_id, destroyed_at__isnull=False).exists()


@transaction.atomic
def _key_of(session_id: uuid.UUID) -> bytes:
    """The sitting's key, made when it is first needed."""
    kept = SessionKey.objects.filter(session_id=session_id).first()
    if kept is None:
        sealed = sealing.seal(os.urandom(KEY_BYTES), session_id, purpose=PURPOSE)
        made = {"key_id": sealed.key_id, "sealed": sealed.content}
        # Of two who make one, both go on with the one that is stored.
        kept, _made = SessionKey.objects.get_or_create(session_id=session_id, defaults=made)
    return _opened(kept)


def _opened(kept: SessionKey | None) -> bytes:
    if kept is None:
        raise SealBroken("this sitting has no key")
    if kept.sealed is None:
        raise Erased
    return sealing.unseal(Sealed(kept.key_id, bytes(kept.sealed)), kept.session_id, purpose=PURPOSE)


def _bound(session_id: uuid.UUID, name: str) -> bytes:
    return f"{current_institution_id()}|{session_id}|{name}".encode()

"""Biometric bytes at rest: AES-256-GCM, with a key that is derived from SECRET_KEY and never stored."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"invigil face template 1"
NONCE_BYTES = 12
KEY_ID_CHARACTERS = 16


class SealBroken(Exception):
    """Bytes that were changed, belong to another session, or were sealed with a key that is gone."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """`key_id` tells which key opens it, and nothing about the key."""

    key_id: str
    content: bytes


def seal(content: bytes, session_id: uuid.UUID) -> Sealed:
    """Encrypt for one session; the same bytes never look the same twice."""
    key = _derived(settings.SECRET_KEY)
    nonce = os.urandom(NONCE_BYTES)
    return Sealed(_id_of(key), nonce + AESGCM(key).encrypt(nonce, content, session_id.bytes))


def unseal(sealed: Sealed, session_id: uuid.UUID) -> bytes:
    """The content; a key that was replaced still opens it while it stands in SECRET_KEY_FALLBACKS.

    Raises:
        SealBroken: when it cannot be opened, in words that hold none of it.
    """
    for key in _keys():
        if _id_of(key) == sealed.key_id:
            nonce, encrypted = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
            try:
                return AESGCM(key).decrypt(nonce, encrypted, session_id.bytes)
            except (InvalidTag, ValueError) as reason:
                raise SealBroken("these bytes were changed or belong to another session") from reason
    raise SealBroken(f"key {sealed.key_id} is not among the keys of this installation")


def _keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield _derived(secret)


def _derived(secret: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE)
    return derive.derive(secret.encode())


def _id_of(key: bytes) -> str:
    return hashlib.sha256(PURPOSE + key).hexdigest()[:KEY_ID_CHARACTERS]

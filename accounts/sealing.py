"""Small secrets at rest: AES-256-GCM, with keys that are derived from the settings and never stored.

The first of FIELD_KEYS seals; each of them opens, and so do SECRET_KEY and its fallbacks, which seal where
there is no FIELD_KEYS. `manage.py rotate_keys` seals anew what an older one has sealed.
"""

import hashlib
import os
import uuid
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
KEY_ID_CHARACTERS = 16


class SealBroken(Exception):
    """Bytes that were changed, belong to another owner, or were sealed with a key that is gone."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """`key_id` tells which key opens it, and nothing about the key."""

    key_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of this installation, called as an operator knows it."""

    name: str
    secret: str

    def id_for(self, purpose: bytes) -> str:
        return _id_of(_derived(self.secret, purpose), purpose)


def keyring() -> list[Key]:
    """All that open, the one that seals first."""
    named = [
        ("FIELD_KEYS", settings.FIELD_KEYS),
        ("SECRET_KEY", [settings.SECRET_KEY]),
        ("SECRET_KEY_FALLBACKS", settings.SECRET_KEY_FALLBACKS),
    ]
    return [
        Key(name if len(secrets) == 1 else f"{name}, number {number}", secret)
        for name, secrets in named
        for number, secret in enumerate(secrets, start=1)
    ]


def seal(content: bytes, owner_id: uuid.UUID, *, purpose: bytes) -> Sealed:
    """Encrypt for one row and one purpose; the same bytes never look the same twice."""
    key = _derived(keyring()[0].secret, purpose)
    nonce = os.urandom(NONCE_BYTES)
    return Sealed(_id_of(key, purpose), nonce + AESGCM(key).encrypt(nonce, content, owner_id.bytes))


def unseal(sealed: Sealed, owner_id: uuid.UUID, *, purpose: bytes) -> bytes:
    """The content; a key that was replaced still opens it while it stands in the settings.

    Raises:
        SealBroken: when it cannot be opened, in words that hold none of it.
    """
    for known in keyring():
        key = _derived(known.secret, purpose)
        if _id_of(key, purpose) == sealed.key_id:
            nonce, encrypted = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
            try:
                return AESGCM(key).decrypt(nonce, encrypted, owner_id.bytes)
            except (InvalidTag, ValueError) as reason:
                raise SealBroken("these bytes were changed or belong to another owner") from reason
    raise SealBroken(f"key {sealed.key_id} is not among the keys of this installation")


def _derived(secret: str, purpose: bytes) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose)
    return derive.derive(secret.encode())


def _id_of(key: bytes, purpose: bytes) -> str:
    return hashlib.sha256(purpose + key).hexdigest()[:KEY_ID_CHARACTERS]

"""Sealed bytes open for their owner and purpose only, and every change of them is noticed."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from accounts import sealing
from accounts.sealing import SealBroken, Sealed

OWNER = uuid.UUID(int=1)
SECRET = b"32 bytes that nobody may see"
PURPOSE = b"test 1"


def seal(content: bytes, owner_id: uuid.UUID) -> Sealed:
    return sealing.seal(content, owner_id, purpose=PURPOSE)


def unseal(sealed: Sealed, owner_id: uuid.UUID) -> bytes:
    return sealing.unseal(sealed, owner_id, purpose=PURPOSE)


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    one, other = seal(SECRET, OWNER), seal(SECRET, OWNER)
    assert unseal(one, OWNER) == unseal(other, OWNER) == SECRET
    assert SECRET not in one.content
    assert one.content != other.content
    assert one.key_id == other.key_id


def test_every_changed_byte_is_noticed() -> None:
    sealed = seal(SECRET, OWNER)
    for place in range(len(sealed.content)):
        changed = bytearray(sealed.content)
        changed[place] ^= 1
        with pytest.raises(SealBroken, match="were changed"):
            unseal(replace(sealed, content=bytes(changed)), OWNER)


@pytest.mark.parametrize("content", [b"", b"short", b"0" * 12])
def test_what_was_cut_off_is_noticed(content: bytes) -> None:
    with pytest.raises(SealBroken, match="were changed"):
        unseal(Sealed(seal(SECRET, OWNER).key_id, content), OWNER)


def test_another_owners_bytes_do_not_open() -> None:
    with pytest.raises(SealBroken, match="belong to another owner"):
        unseal(seal(SECRET, OWNER), uuid.UUID(int=2))


def test_what_was_sealed_for_another_purpose_does_not_open() -> None:
    sealed = seal(SECRET, OWNER)
    with pytest.raises(SealBroken, match=f"key {sealed.key_id} is not among the keys"):
        sealing.unseal(sealed, OWNER, purpose=b"test 2")


def test_a_replaced_key_opens_while_it_is_kept_and_then_no_more(settings: Any) -> None:
    sealed, old = seal(SECRET, OWNER), settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-0123456789-0123456789-0123456789-0123"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed, OWNER) == SECRET
    assert seal(SECRET, OWNER).key_id != sealed.key_id
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBroken, match=f"key {sealed.key_id} is not among the keys"):
        unseal(sealed, OWNER)

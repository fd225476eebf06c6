"""Sealed bytes open for their session only, and every change of them is noticed."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from proctoring.sealing import SealBroken, Sealed, seal, unseal

SESSION = uuid.UUID(int=1)
FACE = b"256 numbers of somebody's face"


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    one, other = seal(FACE, SESSION), seal(FACE, SESSION)
    assert unseal(one, SESSION) == unseal(other, SESSION) == FACE
    assert FACE not in one.content
    assert one.content != other.content
    assert one.key_id == other.key_id


def test_every_changed_byte_is_noticed() -> None:
    sealed = seal(FACE, SESSION)
    for place in range(len(sealed.content)):
        changed = bytearray(sealed.content)
        changed[place] ^= 1
        with pytest.raises(SealBroken, match="were changed"):
            unseal(replace(sealed, content=bytes(changed)), SESSION)


@pytest.mark.parametrize("content", [b"", b"short", b"0" * 12])
def test_what_was_cut_off_is_noticed(content: bytes) -> None:
    with pytest.raises(SealBroken, match="were changed"):
        unseal(Sealed(seal(FACE, SESSION).key_id, content), SESSION)


def test_another_sessions_bytes_do_not_open() -> None:
    with pytest.raises(SealBroken, match="belong to another session"):
        unseal(seal(FACE, SESSION), uuid.UUID(int=2))


def test_a_replaced_key_opens_while_it_is_kept_and_then_no_more(settings: Any) -> None:
    sealed, old = seal(FACE, SESSION), settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-0123456789-0123456789-0123456789-0123"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed, SESSION) == FACE
    assert seal(FACE, SESSION).key_id != sealed.key_id
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SealBroken, match=f"key {sealed.key_id} is not among the keys"):
        unseal(sealed, SESSION)

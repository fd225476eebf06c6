"""A sitting's pictures are read with its key and in its place alone; without the key nobody reads them."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.sealing import SealBroken
from exams.models import Session
from proctoring.models import SessionKey
from proctoring.services.session_keys import Erased, Why, destroy_key, is_erased, open_for, seal_for
from tests.factories import make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def test_what_was_sealed_is_read_again_and_never_looks_the_same_twice() -> None:
    session = make_session()
    first, second = (seal_for(session.id, b"a face", name="a") for _ in range(2))
    assert first != second
    assert b"a face" not in first + second
    assert [open_for(session.id, sealed, name="a") for sealed in (first, second)] == [b"a face"] * 2
    assert SessionKey.objects.count() == 1


def test_it_opens_for_no_other_name_and_no_other_sitting() -> None:
    session, other = make_session(), make_session(name="Otto Other")
    sealed = seal_for(session.id, b"a face", name="a")
    seal_for(other.id, b"another", name="a")
    for session_id, name in ((session.id, "b"), (other.id, "a"), (uuid.uuid4(), "a")):
        with pytest.raises(SealBroken):
            open_for(session_id, sealed, name=name)


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    session = make_session()
    sealed = bytearray(seal_for(session.id, b"a face", name="a"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        open_for(session.id, bytes(sealed), name="a")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(11), b"\xff\xd8\xff a plain picture"])
def test_bytes_that_are_no_seal_are_refused(sealed: bytes) -> None:
    session = make_session()
    seal_for(session.id, b"a face", name="a")
    with pytest.raises(SealBroken):
        open_for(session.id, sealed, name="a")


def test_a_destroyed_key_erases_and_is_never_made_again() -> None:
    session = make_session()
    sealed = seal_for(session.id, b"a face", name="a")
    assert destroy_key(session=session, why=Why.ERASED) is True
    assert destroy_key(session=session, why=Why.ERASED) is False
    for act in (
        lambda: open_for(session.id, sealed, name="a"),
        lambda: seal_for(session.id, b"more", name="b"),
    ):
        with pytest.raises(Erased) as erased:
            act()
        assert (erased.value.status, erased.value.code) == (410, "erased")
    key = SessionKey.objects.get()
    assert (key.sealed, key.key_id, is_erased(session.id)) == (None, "", True)
    assert key.destroyed_at is not None
    assert timezone.now() - key.destroyed_at < timedelta(minutes=1)
    assert audited(session) == [("session_key.destroyed", {"reason": "erased"})]


def test_a_sitting_without_pictures_is_erased_too() -> None:
    session = make_session()
    assert is_erased(session.id) is False
    assert destroy_key(session=session, why=Why.RETENTION) is False
    with pytest.raises(Erased):
        seal_for(session.id, b"a face", name="a")


def audited(session: Session) -> list[tuple[str, dict[str, str]]]:
    found = AuditEntry.objects.filter(subject=f"session:{session.id}", action__startswith="session_key")
    return list(found.values_list("action", "detail"))

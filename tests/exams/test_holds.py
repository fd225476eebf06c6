"""A hold keeps its subject from being deleted until two persons have released it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.errors import Conflict, DomainError, NotFound
from accounts.models import AuditEntry, User
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams import holds
from exams.holds import ask_release, holds_in_force, is_held, keep_hold, place_hold, release
from exams.models import LegalHold, Session
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam, make_session

pytestmark = pytest.mark.django_db


def place(person: Person, scope: str, subject_id: uuid.UUID | None, **words: str) -> LegalHold:
    told = {"reason": "A complaint.", "case_ref": "2026/7"} | words
    return place_hold(scope=scope, subject_id=subject_id, actor=person.user, **told)


def second_owner() -> User:
    return accounts.add_member(email="olga@north.example", password=PASSWORD, role=Role.OWNER).user


def newest() -> tuple[str, str, dict[str, Any]]:
    entry = AuditEntry.objects.order_by("-number")[0]
    return entry.action, entry.subject, entry.detail


@pytest.mark.parametrize("scope_name", ["institution", "exam", "candidate", "session"])
def test_a_hold_covers_what_it_names_and_nothing_else(alice: Person, scope: None, scope_name: str) -> None:
    session, other = make_session(), make_session()
    subject = {
        "institution": None,
        "exam": session.exam_id,
        "candidate": session.candidate_id,
        "session": session.id,
    }[scope_name]
    assert not is_held(session)
    hold = place(alice, scope_name, subject)
    assert is_held(session)
    assert is_held(other) is (scope_name == "institution")
    assert timedelta(days=89) < hold.review_at - timezone.now() <= timedelta(days=90)
    assert newest() == (
        "legal_hold.placed",
        f"hold:{hold.id}",
        {"scope": scope_name, "subject": str(subject or alice.institution.id)},
    )


def test_it_is_released_by_two(alice: Person, scope: None) -> None:
    session = make_session()
    hold = place(alice, "session", session.id)
    olga = second_owner()
    with pytest.raises(Conflict, match="ask first"):
        release(hold=hold, actor=olga)
    ask_release(hold=hold, actor=alice.user)
    ask_release(hold=hold, actor=olga)
    with pytest.raises(Conflict, match="Another person"):
        release(hold=hold, actor=alice.user)
    assert is_held(session)
    release(hold=hold, actor=olga)
    assert not is_held(session)
    assert newest()[0] == "legal_hold.released"
    kept = LegalHold.objects.get()
    assert (kept.release_asked_by, kept.released_by) == (alice.user, olga)
    with pytest.raises(Conflict, match="released before"):
        ask_release(hold=hold, actor=alice.user)


def test_the_database_wants_two_as_well(alice: Person, scope: None) -> None:
    hold = place(alice, "session", make_session().id)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.filter(id=hold.id).update(release_asked_by=alice.user, released_by=alice.user)


def test_who_looks_again_and_keeps_it_takes_back_the_wish_to_release(alice: Person, scope: None) -> None:
    hold = ask_release(hold=place(alice, "session", make_session().id), actor=alice.user)
    LegalHold.objects.update(review_at=timezone.now() - timedelta(days=1))
    assert LegalHold.objects.get().is_to_be_reviewed
    keep_hold(hold=hold, actor=alice.user)
    kept = LegalHold.objects.get()
    assert (kept.is_to_be_reviewed, kept.release_asked_by) == (False, None)
    assert newest()[0] == "legal_hold.kept"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"reason": " "}, "reason_missing", "reason"),
        ({"reason": "x" * 2001}, "reason_too_long", "reason"),
        ({"reason": "a\0"}, "reason_too_long", "reason"),
        ({"case_ref": "x" * 121}, "case_ref_too_long", "case_ref"),
    ],
)
def test_words_that_do_not_do(
    alice: Person, scope: None, changes: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        place(alice, "institution", None, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_somebody_elses_sitting_cannot_be_held(alice: Person, charlie: Person) -> None:
    with tenant_scope(charlie.institution.id):
        foreign = make_session(make_exam())
    with tenant_scope(alice.institution.id):
        for scope_name, subject in (("session", foreign.id), ("exam", None), ("candidate", uuid.uuid4())):
            with pytest.raises(NotFound):
                place(alice, scope_name, subject)
        with pytest.raises(DomainError, match="from the list"):
            place(alice, "planet", foreign.id)
        assert not LegalHold.objects.exists()
        assert holds_in_force() == holds.Holds(False, frozenset(), frozenset(), frozenset())
    with tenant_scope(charlie.institution.id):
        assert not is_held(Session.objects.get(id=foreign.id))

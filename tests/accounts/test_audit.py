"""The chain of audit entries: appended only, and broken by any change."""

from typing import Any

import pytest
from django.db import connection

from accounts import audit
from accounts.models import AppendOnly, AuditEntry
from accounts.tenancy import tenant_scope
from tests.conftest import Person

pytestmark = pytest.mark.django_db


def record_three() -> None:
    for number in range(3):
        audit.record(actor="system", action="test.done", subject=f"thing:{number}", detail={"n": number})


@pytest.mark.usefixtures("scope")
def test_each_entry_holds_the_hash_of_the_one_before() -> None:
    record_three()
    entries = list(AuditEntry.objects.all())
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_hash for entry in entries] == [
        audit.GENESIS,
        *(entry.entry_hash for entry in entries[:-1]),
    ]
    assert audit.first_broken() is None


@pytest.mark.embedded_only  # PostgreSQL refuses the change itself
@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "user:somebody-else"),
        ("action", "test.undone"),
        ("subject", "thing:9"),
        ("ip", "192.0.2.0/24"),
        ("detail", '{"n": 9}'),
        ("at", "2020-01-01 00:00:00"),
        ("entry_hash", "0" * 64),
        ("previous_hash", "0" * 64),
        ("number", 77),
    ],
)
def test_a_changed_entry_is_found(column: str, value: Any) -> None:
    record_three()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_auditentry SET {column} = %s WHERE number = 3", [value])
    assert audit.first_broken() == 3


@pytest.mark.embedded_only
@pytest.mark.usefixtures("scope")
def test_a_removed_entry_is_found() -> None:
    record_three()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditentry WHERE number = 2")
    assert audit.first_broken() == 2


@pytest.mark.usefixtures("scope")
def test_entries_are_never_changed_or_deleted() -> None:
    entry = audit.record(actor="system", action="test.done", subject="thing:1")
    entry.action = "other"
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="other"),
    ):
        with pytest.raises(AppendOnly):
            change()
    assert AuditEntry.objects.get(id=entry.id).action == "test.done"
    assert audit.first_broken() is None


def test_each_institution_has_its_own_chain(alice: Person, charlie: Person) -> None:
    with tenant_scope(alice.institution.id):
        record_three()
    with tenant_scope(charlie.institution.id):
        assert audit.record(actor="system", action="test.done", subject="x").number == 2
        assert audit.first_broken() is None


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    ("ip", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("not an address", ""),
    ],
)
def test_an_address_loses_its_last_part(ip: str, kept: str) -> None:
    assert audit.record(actor="system", action="test.done", subject="x", ip=ip).ip == kept

"""`manage.py audit`: it names what was changed, and a kept head shows an end that was cut off."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import audit
from accounts.tenancy import tenant_scope
from tests.conftest import Person

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def record(person: Person, times: int) -> None:
    with tenant_scope(person.institution.id):
        for number in range(times):
            audit.record(actor="system", action="test.done", subject=f"thing:{number}")


def change(statement: str, person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} AND institution_id = %s", [_stored_id(person)])


def _stored_id(person: Person) -> str:
    identity = person.institution.id
    return identity.hex if connection.vendor == "sqlite" else str(identity)


def test_whole_logs_are_said_to_be_whole(alice: Person, charlie: Person) -> None:
    record(alice, 3)
    said = run("verify").splitlines()
    assert f"{alice.institution.slug}: whole, 4 entries." in said
    assert f"{charlie.institution.slug}: whole, 1 entries." in said
    assert run("verify", "--institution", charlie.institution.slug).splitlines() == [
        f"{charlie.institution.slug}: whole, 1 entries."
    ]


@pytest.mark.embedded_only  # PostgreSQL refuses the change itself
def test_the_first_broken_entry_is_named_and_the_others_are_verified_too(
    alice: Person, charlie: Person
) -> None:
    record(alice, 3)
    change("UPDATE accounts_auditentry SET actor = 'user:other' WHERE number = 3", alice)
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("audit", "verify", stdout=out)
    assert str(refused.value) == (
        f"{alice.institution.slug}: broken at entry 3: "
        "it, or one before it, was changed or removed outside Invigil."
    )
    assert out.getvalue().splitlines() == [f"{charlie.institution.slug}: whole, 1 entries."]


@pytest.mark.embedded_only  # PostgreSQL refuses the change itself
def test_an_end_that_was_cut_off_is_found_by_a_kept_head(alice: Person, tmp_path: Path) -> None:
    record(alice, 3)
    kept = tmp_path / "heads"
    kept.write_text(run("head"))
    record(alice, 1)
    assert f"{alice.institution.slug}: whole, 5 entries." in run("verify", "--against", str(kept))
    change("DELETE FROM accounts_auditentry WHERE number > 3", alice)
    assert f"{alice.institution.slug}: whole, 3 entries." in run("verify")
    with pytest.raises(CommandError, match="entry 4 is gone or another than was kept"):
        run("verify", "--against", str(kept))
    record(alice, 2)
    with pytest.raises(CommandError, match="entry 4 is gone or another than was kept"):
        run("verify", "--against", str(kept))


def test_an_institution_that_went_is_missed(alice: Person, tmp_path: Path) -> None:
    kept = tmp_path / "heads"
    kept.write_text(json.dumps({"institution": "gone", "number": 1, "hash": "0" * 64}))
    with pytest.raises(CommandError, match="gone: there is no such institution"):
        run("verify", "--against", str(kept))


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        "{}",
        '{"institution": "north", "number": -1, "hash": "' + "0" * 64 + '"}',
        '{"institution": "north", "number": 1, "hash": "short"}',
    ],
)
def test_a_file_that_is_no_list_of_heads_is_refused(line: str, tmp_path: Path) -> None:
    kept = tmp_path / "heads"
    kept.write_text(f"\n{line}\n")
    with pytest.raises(CommandError, match="Line 2 is not one that `audit head` writes"):
        run("verify", "--against", str(kept))


def test_a_file_that_is_not_there_and_an_unknown_institution_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run("verify", "--against", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="There is no institution “nowhere”"):
        run("head", "--institution", "nowhere")

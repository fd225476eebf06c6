"""A backup, a wrecked installation, a restore: everything is as it was, or the reason is said."""

import tarfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts import audit
from accounts.models import AuditEntry, Institution, User
from accounts.tenancy import tenant_scope, unscoped
from config.backup import files, tables
from exams.models import Exam
from tests.conftest import Person
from tests.proctoring.sittings import make_sitting

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = {
    ("evidence", "north/a picture.sealed"): bytes(range(256)) * 400,
    ("recordings", "north/1/piece-0001.webm"): b"video",
    ("reports", "north/report.pdf"): b"%PDF",
}
WITH_HOOK: list[str] = []


def note_restored() -> None:
    WITH_HOOK.append(str(audit.current_institution_id()))


@pytest.fixture(autouse=True)
def empty_storages() -> Any:
    _delete_files()
    yield
    _delete_files()


@pytest.fixture
def backup(tmp_path: Path, alice: Person, charlie: Person) -> Path:
    """Of two institutions, a sitting with its rows, and a file in each storage."""
    with tenant_scope(alice.institution.id):
        make_sitting(minutes_ago=5)
    for (alias, name), content in KEPT.items():
        storages[alias].save(name, ContentFile(content))
    path = tmp_path / "everything.backup"
    run("backup", str(path))
    return path


def run(*arguments: str) -> str:
    told = StringIO()
    call_command(*arguments, stdout=told)
    return told.getvalue()


def rows() -> dict[str, list[str]]:
    """Every row of every table, but for who was signed in."""
    with unscoped("a test compares everything"), connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(repr(tuple(map(_plain, row))) for row in cursor.fetchall())
    return {name: lines for name, lines in found.items() if name != "django_session"}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def stored() -> dict[tuple[str, str], bytes]:
    found = {}
    for alias in files.aliases():
        for name in files.all_names(alias):
            with storages[alias].open(name) as content:
                found[alias, name] = content.read()
    return found


def _delete_files() -> None:
    for alias in files.aliases():
        for name in list(files.all_names(alias)):
            storages[alias].delete(name)


def wreck() -> None:
    call_command("flush", interactive=False, verbosity=0)
    _delete_files()


def test_everything_is_as_it_was(backup: Path) -> None:
    before = rows()
    wreck()
    assert (Institution.objects.count(), stored()) == (0, {})
    told = run("restore", str(backup))
    assert "2 institutions, 3 files, each as it was" in told
    assert rows() == before
    assert stored() == KEPT


def test_work_goes_on_after_it(backup: Path, alice: Person) -> None:
    wreck()
    run("restore", str(backup))
    with tenant_scope(alice.institution.id):
        # New rows get new numbers, and the chain goes on where it was.
        audit.record(actor="system", action="institution.changed", subject="institution:1")
        assert audit.first_broken() is None
        assert Exam.objects.count() == 1


def test_nobody_else_may_read_a_backup(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_an_installation_in_use_is_not_written_over(backup: Path) -> None:
    with pytest.raises(CommandError, match="holds data already"):
        run("restore", str(backup))


def test_with_force_it_is(backup: Path) -> None:
    before = rows()
    User.objects.create_user("later@north.example", "correct horse battery")
    storages["evidence"].delete("north/a picture.sealed")
    run("restore", str(backup), "--force")
    assert rows() == before
    assert stored() == KEPT


def test_files_alone_make_an_installation_not_empty(backup: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    with pytest.raises(CommandError, match="holds data already"):
        run("restore", str(backup))


def test_a_damaged_backup_changes_nothing(backup: Path) -> None:
    content = backup.read_bytes()
    place = content.index(bytes(range(256)))
    backup.write_bytes(content[:place] + b"\xff" + content[place + 1 :])
    wreck()
    with pytest.raises(CommandError, match=r"evidence/north/a picture\.sealed is damaged"):
        run("restore", str(backup))
    assert (Institution.objects.count(), stored()) == (0, {})


@pytest.mark.parametrize("share", [0.0, 0.5, 0.8])
def test_half_a_backup_is_none(backup: Path, share: float) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * share)])
    wreck()
    with pytest.raises(CommandError, match=r"cannot be read|missing|not whole"):
        run("restore", str(backup))
    assert Institution.objects.count() == 0


def test_another_version_is_named(backup: Path) -> None:
    wreck()
    _change_manifest(backup, b'"0001_initial"', b'"9999_initial"')
    with pytest.raises(CommandError, match="another version"):
        run("restore", str(backup))


def test_a_file_that_is_there_is_not_written_over(backup: Path) -> None:
    with pytest.raises(CommandError, match="exists already"):
        run("backup", str(backup))


@pytest.mark.parametrize("name", ["nothing-there", "."])
def test_what_is_no_backup_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError):
        run("restore", str(tmp_path / name))


def test_what_has_to_be_done_afterwards_is_done_in_each_institution(backup: Path, settings: Any) -> None:
    settings.AFTER_RESTORE = ["tests.config.backup.test_backup.note_restored"]
    wreck()
    WITH_HOOK.clear()
    run("restore", str(backup))
    assert sorted(WITH_HOOK) == sorted(str(one.id) for one in Institution.objects.all())


def test_a_log_that_was_changed_before_the_backup_is_named(
    tmp_path: Path, alice: Person, charlie: Person
) -> None:
    with tenant_scope(alice.institution.id):
        # A row that fits no chain, as somebody might write who reaches the database itself.
        AuditEntry.objects.create(
            number=2,
            at=alice.institution.created_at,
            actor="system",
            action="data.exported",
            subject="exam:1",
            previous_hash="0" * 64,
            entry_hash="0" * 64,
        )
    path = tmp_path / "broken.backup"
    run("backup", str(path))
    wreck()
    with pytest.raises(CommandError, match="audit log of north is broken at entry 2"):
        run("restore", str(path))


def test_the_migrations_are_those_that_were_applied() -> None:
    assert ["accounts", "0001_initial"] in tables.applied_migrations()


def _change_manifest(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert len(old) == len(new)
    assert old in content
    path.write_bytes(content.replace(old, new))
    with tarfile.open(path) as tar:
        assert tar.getnames()[-1] == "manifest.json"

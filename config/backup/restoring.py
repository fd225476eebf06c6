"""Bring a backup back: it is proved whole first, then files, then all rows at once, then proved again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from accounts import audit
from accounts.models import Institution
from accounts.tenancy import tenant_scope
from config.backup import files, tables
from config.backup.archive import BackupBroken, Reader, reading

Tell = Callable[[str], None]


class NotEmpty(Exception):
    """Somebody has worked in this installation already."""


class NotProved(Exception):
    """Everything was written, and something is not as it was; the message names it."""


@dataclass(frozen=True, slots=True)
class Restored:
    made_at: str
    institutions: int
    files: int


def restore_backup(path: Path, *, force: bool, tell: Tell) -> Restored:
    """Into an empty installation, or with `force` over what is there.

    Raises:
        BackupBroken: the file is not a whole backup of this kind of database and these migrations.
        NotEmpty: something is there, and `force` was not given.
        NotProved: what was restored is not what was saved.
    """
    with reading(path) as backup:
        _check_fits(backup)
        if not force and (tables.holds_anything() or files.holds_any()):
            raise NotEmpty("This installation holds data already. Restore into an empty one, or use --force.")
        tell("Checking the backup ...")
        backup.verify()
        tell(f"Putting back {len(backup.manifest.files)} files ...")
        for stored in backup.manifest.files:
            with backup.open_file(stored) as content:
                files.put_back(stored, content)
        tell(f"Putting back {len(backup.manifest.tables)} tables ...")
        tables.write_all(sorted(backup.manifest.tables), backup.open_table)
        tell("Proving what was put back ...")
        institutions = _prove(backup)
    _do_afterwards(institutions, tell)
    return Restored(backup.manifest.made_at, len(institutions), len(backup.manifest.files))


def _check_fits(backup: Reader) -> None:
    manifest = backup.manifest
    if manifest.vendor != connection.vendor:
        raise BackupBroken(
            f"The backup is of {manifest.vendor}, and this installation runs on {connection.vendor}."
        )
    if manifest.migrations != tables.applied_migrations():
        raise BackupBroken(
            "The backup was made by another version: install that one, `migrate`, restore, then update."
        )


def _prove(backup: Reader) -> list[Institution]:
    missing = [stored.name for stored in backup.manifest.files if not files.is_there(stored)]
    if missing:
        raise NotProved(f"{len(missing)} files are not as they were, the first: {missing[0]}.")
    institutions = list(Institution.objects.order_by("slug"))
    for institution in institutions:
        with tenant_scope(institution.id):
            broken = audit.first_broken()
        if broken is not None:
            raise NotProved(f"The audit log of {institution.slug} is broken at entry {broken}.")
    return institutions


def _do_afterwards(institutions: list[Institution], tell: Tell) -> None:
    """In each institution, as its own: whoever was erased since the backup must not come back with it."""
    for name in settings.AFTER_RESTORE:
        tell(f"Doing {name} ...")
        for institution in institutions:
            with tenant_scope(institution.id):
                import_string(name)()

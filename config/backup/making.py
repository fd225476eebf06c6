"""Make a backup: first the rows as of one moment, then the files that they name."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import connection
from django.utils import timezone

from config.backup import files, tables
from config.backup.archive import Manifest, Stored, Writer, table_member, writing


@dataclass(frozen=True, slots=True)
class Made:
    tables: int
    files: int
    bytes: int


def make_backup(path: Path) -> Made:
    """Raises:
    BackupBroken: the file is there already, or what was read changed meanwhile.
    """
    manifest = Manifest(
        made_at=timezone.now().isoformat(),
        vendor=connection.vendor,
        migrations=tables.applied_migrations(),
    )
    with writing(path) as writer:

        def add(table: str, content: IO[bytes], size: int) -> None:
            manifest.tables[table] = writer.add(table_member(table), content, size)

        tables.read_all(add)
        for alias in files.aliases():
            for name in files.all_names(alias):
                stored = _add(writer, alias, name)
                manifest.files.extend([stored] if stored else [])
        writer.add_manifest(manifest)
    return Made(len(manifest.tables), len(manifest.files), path.stat().st_size)


def _add(writer: Writer, alias: str, name: str) -> Stored | None:
    """None for what was deleted after it was listed, as its time was over."""
    try:
        with files.opened(alias, name) as content:
            size = content.size
            digest = writer.add(f"files/{alias}/{name}", content, size)
    except FileNotFoundError:
        return None
    return Stored(alias, name, size, digest)

"""The rows of a database: read in one moment, and written into an empty one all at once or not at all."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import Institution, User
from accounts.tenancy import unscoped
from config.backup.archive import PIECE_BYTES

MIGRATIONS = "django_migrations"
# Who was signed in then need not be now.
FORGET = "DELETE FROM django_session"
SQLITE = "invigil.sqlite3"
READ = "every institution's rows go into a backup"
WRITE = "every institution's rows come out of a backup"

Add = Callable[[str, IO[bytes], int], None]
Open = Callable[[str], IO[bytes]]


def applied_migrations() -> list[list[str]]:
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def holds_anything() -> bool:
    """Whether somebody has worked here already."""
    return Institution.objects.exists() or User.objects.exists()


def read_all(add: Add) -> None:
    """Hand over the whole database as it was at one moment."""
    _DOORS[connection.vendor].read(add)


def write_all(names: list[str], opened: Open) -> None:
    """Put exactly these rows into the tables; whatever was in them goes."""
    _DOORS[connection.vendor].write(names, opened)


class _Postgres:
    """COPY in one snapshot, so that no program beside is needed and row-level security is no obstacle."""

    def read(self, add: Add) -> None:
        with unscoped(READ), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for table in _tables():
                with tempfile.TemporaryFile() as content:
                    content.write(f"{_columns(cursor, table)}\n".encode())
                    with cursor.copy(f'COPY "{table}" ({_columns(cursor, table)}) TO STDOUT') as rows:
                        for piece in rows:
                            content.write(piece)
                    size = content.tell()
                    content.seek(0)
                    add(table, content, size)

    def write(self, names: list[str], opened: Open) -> None:
        with unscoped(WRITE), _as_owner(connection), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(_quoted(_tables()))}")
            forced = _forced(cursor)
            for table in forced:
                # COPY is refused where rows are filtered; the owner alone may lift that, in this transaction.
                cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
            for table in names:
                self._fill(cursor, table, opened(table))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in forced:
                cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            _count_on(cursor)
            cursor.execute(FORGET)

    def _fill(self, cursor: Any, table: str, content: IO[bytes]) -> None:
        columns = content.readline().decode().strip()
        with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as rows:
            while piece := content.read(PIECE_BYTES):
                rows.write(piece)


class _Sqlite:
    """SQLite's own backup of a database that is in use."""

    def read(self, add: Add) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, SQLITE)
            connection.ensure_connection()
            with _closing(sqlite3.connect(copy)) as target:
                connection.connection.backup(target)
            with copy.open("rb") as content:
                add(SQLITE, content, copy.stat().st_size)

    def write(self, names: list[str], opened: Open) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, SQLITE)
            content = opened(SQLITE)
            with copy.open("wb") as target:
                while piece := content.read(PIECE_BYTES):
                    target.write(piece)
            with _closing(sqlite3.connect(copy)) as source:
                source.execute(FORGET)
                source.commit()
                connection.ensure_connection()
                source.backup(connection.connection)


_DOORS: dict[str, _Postgres | _Sqlite] = {"postgresql": _Postgres(), "sqlite": _Sqlite()}


def _tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - {MIGRATIONS})


def _quoted(tables: list[str]) -> list[str]:
    return [f'"{table}"' for table in tables]


def _columns(cursor: Any, table: str) -> str:
    described = connection.introspection.get_table_description(cursor, table)
    return ", ".join(f'"{column.name}"' for column in described)


def _forced(cursor: Any) -> list[str]:
    """Tables whose rows are filtered for their owner too."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relnamespace = 'public'::regnamespace"
    )
    return sorted(name for (name,) in cursor.fetchall())


def _count_on(cursor: Any) -> None:
    """New rows are numbered after those that came."""
    models = apps.get_models(include_auto_created=True)
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)


@contextmanager
def _as_owner(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    as_owner = getattr(wrapper, "as_owner", None)
    if as_owner is None:
        yield
        return
    with as_owner():
        yield


@contextmanager
def _closing(opened: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield opened
    finally:
        opened.close()

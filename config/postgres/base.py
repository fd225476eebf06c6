"""Django's backend for PostgreSQL with cursors that know the tenant scope, and a role of its own for owners.

`DATABASES[...]["OWNER"]` holds the user and the password of the role that owns the tables; a process that
only serves has none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe

from config.postgres.cursors import ScopedCursor, ScopedServerSideCursor
from config.postgres.telling import Telling


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc] - Django's class has no types
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.telling = Telling()

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self._new_cursor(name)
        cursor.telling = self.telling
        loader = self.connection.adapters.get_loader(base.TIMESTAMPTZ_OID, base.Format.TEXT)
        if self.timezone != loader.timezone:
            base.register_tzloader(self.timezone, cursor)
        return cursor

    def _new_cursor(self, name: str | None) -> Any:
        if name is None:
            return ScopedCursor(self.connection)
        # Outside a transaction the answer must outlast the statement.
        holds = self.connection.autocommit
        return ScopedServerSideCursor(self.connection, name=name, scrollable=False, withhold=holds)

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)
        self.telling.forget()

    @contextmanager
    def _nodb_cursor(self) -> Iterator[Any]:
        """Databases are made and dropped by their owner."""
        served = self.settings_dict
        self.settings_dict = served | served.get("OWNER", {})
        try:
            with super()._nodb_cursor() as cursor:
                yield cursor
        finally:
            self.settings_dict = served

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Whatever this thread does in the block is done by the owner of the tables, where one is known."""
        served = self.settings_dict
        self.close()
        options = {name: value for name, value in served["OPTIONS"].items() if name != "pool"}
        self.settings_dict = served | served.get("OWNER", {}) | {"OPTIONS": options}
        try:
            yield
        finally:
            self.close()
            self.settings_dict = served

"""Cursors that tell PostgreSQL the scope in the message that carries their statement: no round trip more."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql.base import Cursor, ServerSideCursor
from psycopg import Connection, sql

from config.postgres.telling import Telling


class ScopedCursor(Cursor):  # type: ignore[misc] - Django's classes have no types
    """Sends `SET LOCAL ...; statement`, one transaction where none is open, and shows the last result."""

    telling: Telling

    def execute(self, query: Any, params: Any = None, **options: Any) -> "ScopedCursor":
        connection = self.connection.pgconn
        preface = self.telling.preface(connection.transaction_status)
        super().execute(_joined(preface.sql, query) if preface.count else query, params, **options)
        for _result in range(preface.count):
            self.nextset()
        self.telling.was_said(connection.transaction_status)
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        with told(self.connection, self.telling):
            super().executemany(query, params_seq, **options)

    @contextmanager
    def copy(self, statement: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        with told(self.connection, self.telling), super().copy(statement, params, **options) as copy:
            yield copy


class ScopedServerSideCursor(ServerSideCursor):  # type: ignore[misc]
    """Reads a long answer in pieces; the scope is that of the moment when it was asked for."""

    telling: Telling

    def execute(self, query: Any, params: Any = None, **options: Any) -> "ScopedServerSideCursor":
        with told(self.connection, self.telling):
            super().execute(query, params, **options)
        return self


@contextmanager
def told(connection: "Connection[Any]", telling: Telling) -> Iterator[None]:
    """Around what takes no second statement in its message: the scope goes ahead, in the same transaction."""
    if not connection.autocommit:
        _tell(connection, telling)
        yield
        return
    with connection.transaction():
        _tell(connection, telling)
        yield
    telling.forget()


def _tell(connection: "Connection[Any]", telling: Telling) -> None:
    preface = telling.preface(connection.pgconn.transaction_status)
    if preface.count:
        connection.execute(preface.sql.encode())
    telling.was_said(connection.pgconn.transaction_status)


def _joined(preface: str, query: Any) -> Any:
    if isinstance(query, str):
        return preface + query
    if isinstance(query, bytes):
        return preface.encode() + query
    return sql.Composed([sql.SQL(preface), query])  # type: ignore[arg-type] - one of our own few

"""Empties the database after a test that commits: only the tables that it wrote to.

Django empties every table, on PostgreSQL by making its files anew, and then has the permissions and the kinds
of rows written again that the migrations had written. After one test few tables hold anything, and nobody
writes to those two.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from accounts.tenancy import unscoped
from config.postgres.base import DatabaseWrapper
from config.postgres.walls import ERASING

WRITTEN_BY_MIGRATIONS = frozenset({ContentType._meta.db_table, Permission._meta.db_table})


def take_back(test: TransactionTestCase) -> None:
    """In place of Django's own way, for tests that name no apps and no rows to begin with."""
    assert test.available_apps is None
    assert not test.serialized_rollback
    for alias in test._databases_names(include_mirrors=False):
        empty(connections[alias])


def empty(connection: BaseDatabaseWrapper) -> None:
    with (
        unscoped("the rows of a test that is over"),
        _as_owner(connection),
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
    ):
        if isinstance(connection, DatabaseWrapper):
            cursor.execute(f"SET LOCAL {ERASING} = 'on'")
        cursor.execute(_asking_for_rows(_tables(connection)))
        # Which row hangs on which is looked at when all are gone: every foreign key waits for the commit.
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')


def _tables(connection: BaseDatabaseWrapper) -> Sequence[str]:
    return sorted({*connection.introspection.django_table_names()} - WRITTEN_BY_MIGRATIONS)


def _asking_for_rows(tables: Sequence[str]) -> str:
    return " UNION ALL ".join(
        f"""SELECT '{table}' WHERE EXISTS (SELECT 1 FROM "{table}")""" for table in tables
    )


@contextmanager
def _as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """On PostgreSQL the application itself may not delete what must stay."""
    if not isinstance(connection, DatabaseWrapper):
        yield
        return
    with connection.as_owner():
        yield

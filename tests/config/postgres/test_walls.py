"""Row-level security: what the application's role cannot do, whatever it sends."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, models, transaction
from django.db.utils import IntegrityError
from psycopg.errors import ForeignKeyViolation, InsufficientPrivilege

from accounts.models import AuditEntry, Institution
from accounts.tenancy import TenantModel, tenant_scope, unscoped
from config.postgres.walls import Reference, references, tenant_models
from tests.conftest import Person
from tests.tenancy_house import furnish

pytestmark = [pytest.mark.production_only, pytest.mark.django_db]

TABLES = [model._meta.db_table for model in tenant_models()]
AUDIT = AuditEntry._meta.db_table
# Unique over all institutions: random numbers that nobody could try out, and what hangs on a row that
# belongs to one institution anyhow.
GLOBALLY_UNIQUE = {"prefix", "token_sha256", "channel"}


@pytest.fixture
def houses(alice: Person, charlie: Person) -> tuple[Institution, Institution]:
    for person in (alice, charlie):
        with tenant_scope(person.institution.id):
            furnish()
    return alice.institution, charlie.institution


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(ProgrammingError) as reason, transaction.atomic():
        yield
    assert isinstance(reason.value.__cause__, InsufficientPrivilege), reason.value


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def changed(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def institutions_seen(table: str) -> set[object]:
    return {row[0] for row in rows(f"SELECT DISTINCT institution_id FROM {table}")}


def test_each_sees_its_own_rows_and_nobody_sees_any(houses: tuple[Institution, Institution]) -> None:
    north, south = houses
    for table in TABLES:
        with tenant_scope(north.id):
            assert institutions_seen(table) == {north.id}, table
        with tenant_scope(south.id):
            assert institutions_seen(table) == {south.id}, table
        assert institutions_seen(table) == set(), table
        with unscoped("a test compares institutions"):
            assert institutions_seen(table) == {north.id, south.id}, table


def test_nothing_is_written_into_the_neighbours(houses: tuple[Institution, Institution]) -> None:
    north, south = houses
    with tenant_scope(north.id):
        for table in TABLES:
            with refused():
                changed(f"INSERT INTO {table} (institution_id) VALUES (%s)", south.id)
            with refused():
                changed(f"UPDATE {table} SET institution_id = %s", south.id)


def test_nothing_of_the_neighbours_is_changed(houses: tuple[Institution, Institution]) -> None:
    north, south = houses
    with tenant_scope(north.id):
        for table in set(TABLES) - {AUDIT}:
            assert changed(f"UPDATE {table} SET institution_id = %s", north.id) > 0
            assert (
                changed(f"UPDATE {table} SET institution_id = %s WHERE institution_id = %s", *[south.id] * 2)
                == 0
            )
            assert changed(f"DELETE FROM {table} WHERE institution_id = %s", south.id) == 0
        assert changed("UPDATE accounts_institution SET name = 'Mine' WHERE id = %s", south.id) == 0
        assert changed("UPDATE accounts_institution SET name = 'Mine' WHERE id = %s", north.id) == 1


def test_without_a_scope_nothing_is_written(houses: tuple[Institution, Institution]) -> None:
    for table in TABLES:
        with refused():
            changed(f"INSERT INTO {table} (institution_id) VALUES (%s)", houses[0].id)
        with contextless(table):
            assert changed(f"DELETE FROM {table}") == 0


@contextmanager
def contextless(table: str) -> Iterator[None]:
    """The audit log is refused before it comes to the rows."""
    if table != AUDIT:
        yield
        return
    with refused():
        yield


def test_no_row_refers_to_the_neighbours(houses: tuple[Institution, Institution]) -> None:
    north, south = houses
    known = references()
    assert len(known) > 20
    for reference in known:
        with pytest.raises(IntegrityError) as reason, transaction.atomic():
            _point_next_door(reference, north, south)
        assert isinstance(reason.value.__cause__, ForeignKeyViolation), reference
        assert reference.name in str(reason.value)


def _point_next_door(reference: Reference, north: Institution, south: Institution) -> None:
    with tenant_scope(south.id):
        theirs = rows(f"SELECT {reference.parent_key} FROM {reference.parent} LIMIT 1")[0][0]
        # Two rows of one parent might meet at a unique constraint first.
        changed(f"DELETE FROM {reference.table}")
    with tenant_scope(north.id):
        one = rows(f"SELECT ctid::text FROM {reference.table} LIMIT 1")[0][0]
        changed(f"UPDATE {reference.table} SET {reference.column} = %s WHERE ctid = %s::tid", theirs, one)
        changed(f"SET CONSTRAINTS {reference.name} IMMEDIATE")


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label)
def test_a_unique_constraint_tells_nothing_of_the_neighbours(model: type[TenantModel]) -> None:
    for unique in _uniques(model):
        fields = [model._meta.get_field(name) for name in unique]
        inside = any(
            isinstance(field, models.ForeignKey)
            and (field.related_model is Institution or issubclass(field.related_model, TenantModel))
            for field in fields
        )
        assert inside or set(unique) <= GLOBALLY_UNIQUE, unique


def _uniques(model: type[TenantModel]) -> list[tuple[str, ...]]:
    named = [tuple(one.fields) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    alone = [(field.name,) for field in model._meta.concrete_fields if field.unique and not field.primary_key]
    return named + alone + [tuple(together) for together in model._meta.unique_together]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE exams_exam DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE exams_exam NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY institution_all ON exams_exam",
        "CREATE POLICY mine ON exams_exam USING (true)",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id integer)",
        "CREATE VIEW mine AS SELECT * FROM exams_exam",
        "DROP TABLE exams_exam CASCADE",
        "TRUNCATE exams_exam CASCADE",
        "UPDATE django_migrations SET name = ''",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "SET ROLE postgres",
        "SET ROLE invigil_owner",
    ],
)
def test_the_application_cannot_take_the_wall_down(statement: str) -> None:
    with refused():
        changed(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditentry SET actor = ''", "DELETE FROM accounts_auditentry"]
)
def test_the_application_can_only_append_to_the_audit_log(statement: str, alice: Person) -> None:
    with tenant_scope(alice.institution.id), refused():
        changed(f"SET LOCAL invigil.erasing = 'on'; {statement}")


def test_every_table_of_ours_is_walled_and_no_view_looks_over() -> None:
    walled = rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity"
        " AND relnamespace = 'public'::regnamespace"
    )
    assert {row[0] for row in walled} == {*TABLES, Institution._meta.db_table}
    assert rows("SELECT viewname FROM pg_views WHERE schemaname = 'public'") == []
    assert rows("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace") == []
    # Whatever names an institution and is not a tenant table would stand outside.
    naming = rows(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'institution_id'"
    )
    assert {row[0] for row in naming} == set(TABLES)

"""Builds the second wall after each migration: policies, keys across tables, and what the application may do.

The owner of the tables builds what is missing, and says anew what the application may do.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import truncate_name
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from accounts.models import AuditEntry, Institution
from accounts.tenancy import TenantModel
from config.postgres.telling import INSTITUTION, UNSCOPED

NAME_BYTES = 63
# Asked once for a statement, not for every row; unset means nothing is seen.
SCOPE = f"(SELECT nullif(current_setting('{INSTITUTION}', true), '')::uuid)"
EVERYTHING = f"(SELECT current_setting('{UNSCOPED}', true) = 'on')"
# Who takes an institution down row by row says so, and must own the tables beside.
ERASING = "invigil.erasing"
AUDIT_GUARD = "invigil_audit_is_append_only"


# A policy counts where its table obeys it.
STANDING = """
    SELECT relname, polname, coalesce(obj_description(pg_policy.oid, 'pg_policy'), '')
    FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relrowsecurity AND relforcerowsecurity
    UNION ALL SELECT relname, conname, '' FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    UNION ALL SELECT tablename, indexname, '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT relname, tgname, '' FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
"""


class WallImpossible(Exception):
    """The second wall cannot be built as things are; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of one tenant table that names a row of another."""

    table: str
    column: str
    parent: str
    parent_key: str

    @property
    def name(self) -> str:
        return truncate_name(f"wall_{self.table}_{self.column}", NAME_BYTES)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the wall: how it is built, and what tells it from one that was built otherwise."""

    table: str
    name: str
    statements: tuple[str, ...]
    fingerprint: str = ""


def tenant_models() -> list[type[TenantModel]]:
    found = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return sorted(found, key=lambda model: model._meta.db_table)


def references() -> list[Reference]:
    """Every foreign key from one tenant table to another."""
    return [
        Reference(model._meta.db_table, field.column, parent._meta.db_table, parent._meta.pk.column)
        for model in tenant_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and issubclass(parent := field.related_model, TenantModel)
    ]


def build(connection: BaseDatabaseWrapper, *, application: str) -> int:
    """How many tables stand behind the wall now; `application` is the role that serves.

    Raises:
        WallImpossible: when there is no such role.
    """
    known = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [application])
        if cursor.fetchone() is None:
            raise WallImpossible(
                f"DATABASE_URL names the role {application}, which does not exist: "
                f'CREATE ROLE "{application}" LOGIN NOSUPERUSER NOBYPASSRLS'
            )
        for piece in missing(connection):
            for statement in piece.statements:
                cursor.execute(statement)
        cursor.execute("SELECT current_user")
        if cursor.fetchone() != (application,):
            for statement in _grants(known):
                cursor.execute(sql.SQL(statement).format(role=sql.Identifier(application)))
    return len({model._meta.db_table for model in tenant_models()} & known)


def missing(connection: BaseDatabaseWrapper) -> list[Piece]:
    """What does not stand yet, or stands otherwise: what stands is not locked again by each deployment."""
    known = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        standing = set(cursor.fetchall())
    return [piece for piece in _pieces(known) if (piece.table, piece.name, piece.fingerprint) not in standing]


def _pieces(known: set[str]) -> Iterator[Piece]:
    for table in (model._meta.db_table for model in tenant_models()):
        if table in known:
            yield _policy(table, "ALL", f"institution_id = {SCOPE} OR {EVERYTHING}")
    if Institution._meta.db_table in known:
        yield from _institutions(Institution._meta.db_table)
    wanted = [one for one in references() if {one.table, one.parent} <= known]
    # One parent has many children, and needs its key once.
    yield from {piece.name: piece for piece in map(_key_of_parent, wanted)}.values()
    yield from map(_key_across, wanted)
    if AuditEntry._meta.db_table in known:
        yield _audit_guard(AuditEntry._meta.db_table)


def _policy(table: str, command: str, condition: str) -> Piece:
    """FORCE binds the owner too; only a superuser or a role with BYPASSRLS sees over the wall."""
    name = f"institution_{command.lower()}"
    using = "" if command == "INSERT" else f"USING ({condition})"
    check = "" if command in ("SELECT", "DELETE") else f"WITH CHECK ({condition})"
    created = f'CREATE POLICY "{name}" ON "{table}" FOR {command} {using} {check}'
    fingerprint = hashlib.sha256(created.encode()).hexdigest()
    statements = (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS "{name}" ON "{table}"',
        created,
        f'COMMENT ON POLICY "{name}" ON "{table}" IS \'{fingerprint}\'',
    )
    return Piece(table, name, statements, fingerprint)


def _institutions(table: str) -> Iterator[Piece]:
    """Anybody may found one, and a visitor is told whose exam it is; only from inside is one changed."""
    yield _policy(table, "SELECT", "true")
    yield _policy(table, "INSERT", "true")
    for command in ("UPDATE", "DELETE"):
        yield _policy(table, command, f"id = {SCOPE} OR {EVERYTHING}")


def _key_of_parent(reference: Reference) -> Piece:
    name = truncate_name(f"wall_{reference.parent}", NAME_BYTES)
    columns = f'(institution_id, "{reference.parent_key}")'
    statement = f'CREATE UNIQUE INDEX "{name}" ON "{reference.parent}" {columns}'
    return Piece(reference.parent, name, (statement,))


def _key_across(reference: Reference) -> Piece:
    """Foreign keys look over the wall, so these ask for the institution as well."""
    statement = f"""
        ALTER TABLE "{reference.table}" ADD CONSTRAINT "{reference.name}"
        FOREIGN KEY (institution_id, "{reference.column}")
        REFERENCES "{reference.parent}" (institution_id, "{reference.parent_key}")
        DEFERRABLE INITIALLY DEFERRED"""
    return Piece(reference.table, reference.name, (statement,))


def _audit_guard(table: str) -> Piece:
    """Nobody changes an entry; the owner alone may delete, and must have said that it erases."""
    function = f"""
        CREATE OR REPLACE FUNCTION {AUDIT_GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'DELETE' AND current_setting('{ERASING}', true) = 'on' THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$"""
    trigger = f"""
        CREATE OR REPLACE TRIGGER {AUDIT_GUARD} BEFORE UPDATE OR DELETE ON "{table}"
        FOR EACH ROW EXECUTE FUNCTION {AUDIT_GUARD}()"""
    return Piece(table, AUDIT_GUARD, (function, trigger))


def _grants(known: set[str]) -> Iterator[str]:
    """Rows, and nothing of the tables themselves; of the audit log only to read and to append."""
    yield "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield "GRANT USAGE ON SCHEMA public TO {role}"
    yield "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    yield "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for table in {AuditEntry._meta.db_table} & known:
        yield f'REVOKE UPDATE, DELETE ON "{table}" FROM {{role}}'
    for table in {MigrationRecorder.Migration._meta.db_table} & known:
        yield f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM {{role}}'

"""Checks of a running database (`check --deploy --database default`): the wall stands, no key is missing."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

from accounts import rotation
from config.postgres.base import DatabaseWrapper
from config.postgres.walls import tenant_models

KEY_CHARACTERS = 32


@register(Tags.security, deploy=True)
def refuse_short_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    short = [number for number, key in enumerate(settings.FIELD_KEYS, start=1) if len(key) < KEY_CHARACTERS]
    return [
        Error(
            f"Number {number} of FIELD_KEYS has fewer than {KEY_CHARACTERS} characters.",
            hint="It could be guessed: make one with `openssl rand -base64 48`.",
            id="invigil.E020",
        )
        for number in short
    ]


@register(Tags.database, deploy=True)
def refuse_a_way_over_the_wall(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    walled = [connections[alias] for alias in databases or ()]
    return [
        message
        for connection in walled
        if isinstance(connection, DatabaseWrapper)
        for message in (*_role(connection), *_tables(connection), *_keys())
    ]


def _role(connection: DatabaseWrapper) -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, is_superuser, bypasses = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND pg_has_role(current_user, relowner, 'MEMBER')"
        )
        (owned,) = cursor.fetchone()
    if is_superuser or bypasses:
        yield Error(
            f"The role {name} of DATABASE_URL sees over row-level security.",
            hint=f'ALTER ROLE "{name}" NOSUPERUSER NOBYPASSRLS, or name another role.',
            id="invigil.E021",
        )
    elif owned:
        yield Error(
            f"The role {name} of DATABASE_URL may take down row-level security: it owns {owned} tables.",
            hint="Let another role own them: name it in DATABASE_OWNER_URL, and run `migrate` with it.",
            id="invigil.E022",
        )


def _tables(connection: DatabaseWrapper) -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
            " WHERE relrowsecurity AND relforcerowsecurity AND relnamespace = 'public'::regnamespace"
        )
        walled = {row[0] for row in cursor.fetchall()}
    for table in (model._meta.db_table for model in tenant_models()):
        if table not in walled:
            yield Error(
                f"The table {table} has no row-level security.",
                hint="Run `manage.py migrate`, which builds it, with DATABASE_OWNER_URL.",
                id="invigil.E023",
            )


def _keys() -> Iterator[CheckMessage]:
    try:
        lost = rotation.lost()
    except DatabaseError:
        # Tables that are not there yet hold nothing; `migrate --check` tells of them.
        return
    for one in lost:
        yield Error(
            f"{one.count} of {one.place} are sealed with the key {one.key_id}, which is in no setting.",
            hint="Put it back behind the others in FIELD_KEYS (or SECRET_KEY_FALLBACKS), then `rotate_keys`.",
            id="invigil.E024",
        )

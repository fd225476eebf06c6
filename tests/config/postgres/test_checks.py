"""The deploy checks of a running database name a role, a table or a key that leaves the wall open."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection

from accounts.tenancy import tenant_scope
from config.postgres.checks import refuse_a_way_over_the_wall, refuse_short_keys
from config.postgres.walls import WallImpossible, build, missing, tenant_models
from tests.conftest import Person
from tests.webhooks.endpoints import make_endpoint


def found() -> list[tuple[str | None, str]]:
    messages = refuse_a_way_over_the_wall(None, databases=["default"])
    return [(message.id, message.msg) for message in messages]


def test_a_short_key_is_refused(settings: LazySettings) -> None:
    settings.FIELD_KEYS = ["x" * 32, "short"]
    (message,) = refuse_short_keys(None)
    assert (message.id, message.msg) == (
        "invigil.E020",
        "Number 2 of FIELD_KEYS has fewer than 32 characters.",
    )


@pytest.mark.production_only
@pytest.mark.django_db
def test_the_role_that_serves_is_bound() -> None:
    assert found() == []


@pytest.mark.production_only
@pytest.mark.django_db
def test_a_key_that_is_still_needed_is_missed(alice: Person, settings: LazySettings) -> None:
    settings.FIELD_KEYS = ["o" * 40]
    with tenant_scope(alice.institution.id):
        make_endpoint()
    settings.FIELD_KEYS = ["n" * 40]
    ((number, words),) = found()
    assert number == "invigil.E024"
    assert words.startswith("1 of webhooks.Endpoint.secret_sealed are sealed with the key ")


@pytest.fixture
def mended() -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.production_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mended")
def test_an_owner_that_serves_and_an_open_table_are_named() -> None:
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exams_exam NO FORCE ROW LEVEL SECURITY")
        assert [number for number, _words in found()] == ["invigil.E022", "invigil.E023"]
    assert [words for _number, words in found()] == ["The table exams_exam has no row-level security."]
    assert [(piece.table, piece.name) for piece in missing(connection)] == [("exams_exam", "institution_all")]
    out = StringIO()
    call_command("migrate", stdout=out)
    assert f"Row-level security on {len(tenant_models())} tables, for the role invigil." in out.getvalue()
    assert (found(), missing(connection)) == ([], [])


@pytest.mark.production_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mended")
def test_a_policy_that_was_changed_by_hand_is_built_again() -> None:
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP POLICY institution_all ON exams_exam")
        cursor.execute("CREATE POLICY institution_all ON exams_exam USING (true)")
        cursor.execute("ALTER TABLE exams_session DROP CONSTRAINT wall_exams_session_exam_id")
    assert {(piece.table, piece.name) for piece in missing(connection)} == {
        ("exams_exam", "institution_all"),
        ("exams_session", "wall_exams_session_exam_id"),
    }
    call_command("migrate", verbosity=0)
    assert missing(connection) == []


@pytest.mark.production_only
@pytest.mark.django_db
def test_a_role_that_is_not_there_is_asked_for() -> None:
    with pytest.raises(WallImpossible, match='CREATE ROLE "nobody_serves" LOGIN NOSUPERUSER NOBYPASSRLS'):
        build(connection, application="nobody_serves")


@pytest.mark.production_only
@pytest.mark.django_db(transaction=True)
def test_the_owner_is_bound_too_and_may_erase_but_not_change(alice: Person) -> None:
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_membership")
        assert cursor.fetchone() == (0,)
        with tenant_scope(alice.institution.id):
            cursor.execute("SELECT count(*) FROM accounts_membership")
            assert cursor.fetchone() == (1,)
            for statement in ("UPDATE accounts_auditentry SET actor = ''", "DELETE FROM accounts_auditentry"):
                with pytest.raises(Exception, match="the audit log is append-only"):
                    cursor.execute(statement)
            cursor.execute("SET LOCAL invigil.erasing = 'on'; DELETE FROM accounts_auditentry")
            cursor.execute("SELECT count(*) FROM accounts_auditentry")
            assert cursor.fetchone() == (0,)

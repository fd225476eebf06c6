"""The scope reaches PostgreSQL by every road a statement takes, and stays on no connection."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, connections, transaction
from psycopg import sql
from psycopg.errors import FeatureNotSupported

from accounts.models import Institution, Membership
from accounts.tenancy import enter_scope, tenant_scope, unscoped
from config.postgres.base import DatabaseWrapper
from tests.conftest import Person

pytestmark = [pytest.mark.production_only, pytest.mark.django_db(transaction=True)]

SEEN = "SELECT institution_id FROM accounts_membership"


@pytest.fixture
def north(alice: Person) -> Institution:
    return alice.institution


@pytest.fixture
def south(charlie: Person) -> Institution:
    return charlie.institution


def seen(by: DatabaseWrapper = connection) -> set[uuid.UUID]:
    with by.cursor() as cursor:
        cursor.execute(SEEN)
        return {row[0] for row in cursor.fetchall()}


def test_a_statement_alone_is_bounded(north: Institution, south: Institution) -> None:
    assert connection.get_autocommit()
    with tenant_scope(north.id):
        assert seen() == {north.id}
    assert seen() == set()
    with unscoped("a test"):
        assert seen() == {north.id, south.id}
    assert seen() == set()


def test_a_statement_alone_tells_how_many_rows_it_changed(north: Institution) -> None:
    with tenant_scope(north.id), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_membership SET role = role WHERE role = %s", ["owner"])
        assert (cursor.rowcount, cursor.description) == (1, None)
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("accounts_membership")))
        assert (cursor.fetchall(), cursor.description[0].name) == ([(1,)], "count")
        cursor.execute(SEEN.encode())
        assert cursor.fetchone() == (north.id,)


def test_a_transaction_follows_the_scope(north: Institution, south: Institution) -> None:
    with transaction.atomic():
        assert seen() == set()
        with tenant_scope(north.id):
            assert seen() == {north.id}
            with tenant_scope(south.id):
                assert seen() == {south.id}
            assert seen() == {north.id}
        assert seen() == set()
    assert seen() == set()


def test_a_savepoint_that_is_taken_back_takes_no_scope_with_it(
    north: Institution, south: Institution
) -> None:
    with transaction.atomic(), tenant_scope(south.id):
        assert seen() == {south.id}
        with pytest.raises(DatabaseError):
            see_and_stumble(north)
        assert seen() == {south.id}
        with pytest.raises(ZeroDivisionError):
            see_and_give_up(north)
        assert seen() == {south.id}


def see_and_stumble(institution: Institution) -> None:
    with tenant_scope(institution.id), transaction.atomic():
        assert seen() == {institution.id}
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM accounts_membership")


def see_and_give_up(institution: Institution) -> None:
    with transaction.atomic(), tenant_scope(institution.id):
        assert seen() == {institution.id}
        raise ZeroDivisionError


def test_a_failed_statement_leaves_no_scope(north: Institution) -> None:
    with tenant_scope(north.id), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    assert seen() == set()


@pytest.mark.parametrize("atomic", [True, False])
def test_an_answer_in_pieces_is_bounded(atomic: bool, north: Institution, south: Institution) -> None:
    def ask() -> set[uuid.UUID]:
        # The base manager asks for no institution: what bounds it is PostgreSQL alone.
        pieces = Membership._base_manager.all().iterator(chunk_size=1)
        return {membership.institution_id for membership in pieces}

    def ask_all() -> list[set[uuid.UUID]]:
        with tenant_scope(north.id):
            own = ask()
        with tenant_scope(south.id):
            theirs = ask()
        with unscoped("a test"):
            return [own, theirs, ask()]

    if atomic:
        with transaction.atomic():
            found = ask_all()
    else:
        found = ask_all()
    assert found == [{north.id}, {south.id}, {north.id, south.id}]
    assert ask() == set()


@pytest.mark.parametrize("atomic", [True, False])
def test_many_statements_at_once_are_bounded(atomic: bool, north: Institution, south: Institution) -> None:
    def promote() -> None:
        with tenant_scope(north.id), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE accounts_membership SET role = 'examiner' WHERE institution_id = %s",
                [[north.id], [south.id]],
            )

    if atomic:
        with transaction.atomic():
            promote()
    else:
        promote()
    with unscoped("a test"):
        roles = dict(Membership.objects.values_list("institution_id", "role"))
    assert roles == {north.id: "examiner", south.id: "owner"}
    assert seen() == set()


@pytest.mark.parametrize("atomic", [True, False])
def test_copy_is_bounded(atomic: bool, north: Institution, south: Institution) -> None:
    def copied() -> set[uuid.UUID]:
        with connection.cursor() as cursor, cursor.copy(f"COPY ({SEEN}) TO STDOUT") as copy:
            return {uuid.UUID(row[0]) for row in copy.rows()}

    with tenant_scope(north.id):
        if atomic:
            with transaction.atomic():
                assert copied() == {north.id}
        else:
            assert copied() == {north.id}
    assert copied() == set()


def test_rows_cannot_be_copied_in(north: Institution) -> None:
    """PostgreSQL has no policies for COPY ... FROM and refuses it; INSERT is the way."""
    with (
        tenant_scope(north.id),
        pytest.raises(FeatureNotSupported),
        connection.cursor() as cursor,
        cursor.copy("COPY accounts_membership (institution_id) FROM STDIN"),
    ):
        pass


@pytest.fixture
def pooled() -> Iterator[DatabaseWrapper]:
    """One connection for everybody, as a process with a pool of one has it."""
    served = connections.databases["default"]
    options = served["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 1, "timeout": 10}}
    wrapper = DatabaseWrapper(served | {"OPTIONS": options}, alias="pool_of_one")
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def backend_and_seen(pooled: DatabaseWrapper) -> tuple[int, set[uuid.UUID]]:
    with closing(pooled), pooled.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
        return pid, seen(pooled)


@pytest.mark.parametrize("ending", ["commit", "rollback", "given back open", "alone"])
def test_a_poisoned_pool_tells_the_next_one_nothing(
    ending: str, pooled: DatabaseWrapper, north: Institution, south: Institution
) -> None:
    with tenant_scope(north.id):
        pooled.set_autocommit(ending == "alone")
        assert seen(pooled) == {north.id}
        if ending in ("commit", "rollback"):
            getattr(pooled, ending)()
        pooled.close()
        first, _own = backend_and_seen(pooled)
    with tenant_scope(south.id):
        assert backend_and_seen(pooled) == (first, {south.id})
    assert backend_and_seen(pooled) == (first, set())


def test_threads_see_by_their_own_scope(north: Institution, south: Institution) -> None:
    found: dict[str, set[uuid.UUID]] = {}

    def ask(name: str, institution: Institution | None) -> None:
        try:
            if institution is None:
                found[name] = seen()
                return
            with tenant_scope(institution.id), transaction.atomic():
                found[name] = seen()
        finally:
            connection.close()

    with tenant_scope(north.id):
        asked = [("north", north), ("south", south), ("nobody", None)]
        threads = [threading.Thread(target=ask, args=one) for one in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {"north": {north.id}, "south": {south.id}, "nobody": set()}


async def test_a_socket_sees_by_the_scope_of_its_task(north: Institution, south: Institution) -> None:
    enter_scope(north.id)
    assert await sync_to_async(seen)() == {north.id}
    with tenant_scope(south.id):
        assert await sync_to_async(seen)() == {south.id}
    assert await sync_to_async(seen)() == {north.id}

"""What PostgreSQL is told before a statement: the whole scope, and not again while it holds."""

import uuid

from psycopg.pq import TransactionStatus

from accounts.scope import Scope, tenant_scope, unscoped
from config.postgres.telling import Telling

NORTH, SOUTH = uuid.UUID(int=1), uuid.UUID(int=2)
IDLE, INTRANS, INERROR = TransactionStatus.IDLE, TransactionStatus.INTRANS, TransactionStatus.INERROR
AS_NORTH = f"SET LOCAL invigil.institution = '{NORTH}'; SET LOCAL invigil.unscoped = ''; "


def said(telling: Telling, status: TransactionStatus, after: TransactionStatus | None = None) -> str:
    preface = telling.preface(status)
    telling.was_said(after or status)
    assert preface.sql.count("; ") == preface.count
    return preface.sql


def test_outside_a_transaction_every_statement_is_told() -> None:
    telling = Telling()
    assert said(telling, IDLE) == ""
    with tenant_scope(NORTH):
        assert [said(telling, IDLE) for _ in range(2)] == [f"SET LOCAL invigil.institution = '{NORTH}'; "] * 2
    with unscoped("a test"):
        assert said(telling, IDLE) == "SET LOCAL invigil.unscoped = 'on'; "


def test_a_transaction_is_told_once_for_each_scope() -> None:
    telling = Telling()
    with tenant_scope(NORTH):
        assert said(telling, IDLE, INTRANS) == f"SET LOCAL invigil.institution = '{NORTH}'; "
        assert said(telling, INTRANS) == ""
        with unscoped("a test"):
            assert said(telling, INTRANS) == (
                "SET LOCAL invigil.institution = ''; SET LOCAL invigil.unscoped = 'on'; "
            )
        assert said(telling, INTRANS) == AS_NORTH
    assert said(telling, INTRANS) == "SET LOCAL invigil.institution = ''; SET LOCAL invigil.unscoped = ''; "
    assert said(telling, INTRANS) == ""


def test_what_went_with_a_savepoint_is_told_again() -> None:
    telling = Telling()
    with tenant_scope(NORTH):
        said(telling, IDLE, INTRANS)
        assert said(telling, INERROR, INTRANS) == ""
        telling.forget()
        assert said(telling, INTRANS) == AS_NORTH


def test_a_transaction_that_failed_is_told_nothing() -> None:
    telling = Telling()
    with tenant_scope(SOUTH):
        said(telling, IDLE, INTRANS)
    with tenant_scope(NORTH):
        assert said(telling, INERROR) == ""
        assert said(telling, INTRANS) == AS_NORTH


def test_a_scope_is_the_same_by_its_id_alone() -> None:
    telling = Telling()
    scopes: list[Scope] = [uuid.UUID(str(NORTH)), uuid.UUID(str(NORTH))]
    told = []
    for scope in scopes:
        with tenant_scope(str(scope)):
            told.append(said(telling, INTRANS))
    assert told[1] == ""

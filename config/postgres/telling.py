"""What PostgreSQL has been told about the scope in the running transaction, and what it must be told next.

The settings live as long as a transaction (`SET LOCAL`), so no connection ever carries them to its next user.
"""

import uuid
from dataclasses import dataclass

from psycopg.pq import TransactionStatus

from accounts.scope import Scope, current_scope

INSTITUTION = "invigil.institution"
UNSCOPED = "invigil.unscoped"


class _Nothing:
    """Marks that nobody knows what was said: it went with a savepoint, or the transaction has failed."""


_UNKNOWN = _Nothing()


@dataclass(frozen=True, slots=True)
class Preface:
    """Statements that go before another one, and how many they are."""

    sql: str
    count: int


NO_PREFACE = Preface("", 0)


@dataclass(slots=True)
class Telling:
    """Belongs to one connection; asked before each statement and informed after it."""

    said: Scope | _Nothing = None

    def preface(self, status: TransactionStatus) -> Preface:
        """What must go before the next statement, in the same message."""
        scope = current_scope()
        if status == TransactionStatus.IDLE:
            # A new transaction begins, and whatever was said went with the last one.
            return _preface(*_words(scope))
        if status == TransactionStatus.INERROR:
            # Only ROLLBACK is heard now.
            return NO_PREFACE
        if self.said == scope:
            return NO_PREFACE
        return _preface(*_both(scope))

    def was_said(self, status: TransactionStatus) -> None:
        """The statement is done: the settings hold while its transaction does."""
        self.said = current_scope() if status == TransactionStatus.INTRANS else _UNKNOWN

    def forget(self) -> None:
        """A savepoint takes back what was said after it."""
        self.said = _UNKNOWN


def _words(scope: Scope) -> list[str]:
    """What a transaction that knows nothing must be told."""
    if scope is None:
        return []
    if isinstance(scope, uuid.UUID):
        return [f"SET LOCAL {INSTITUTION} = '{scope}'"]
    return [f"SET LOCAL {UNSCOPED} = 'on'"]


def _both(scope: Scope) -> list[str]:
    """The same for a transaction that was told something else."""
    institution = str(scope) if isinstance(scope, uuid.UUID) else ""
    everything = "" if scope is None or isinstance(scope, uuid.UUID) else "on"
    return [f"SET LOCAL {INSTITUTION} = '{institution}'", f"SET LOCAL {UNSCOPED} = '{everything}'"]


def _preface(*statements: str) -> Preface:
    return Preface("".join(f"{statement}; " for statement in statements), len(statements))

"""The tenant scope itself: which institution's rows the running code may see.

It knows no table, so that the connection to the database can tell PostgreSQL about it (`config/postgres`).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token


class ScopeMissing(Exception):
    """A tenant table was queried outside a tenant scope."""


class Unscoped:
    """Marks a scope in which every institution's rows are visible, for a written reason."""


Scope = uuid.UUID | Unscoped | None

_UNSCOPED = Unscoped()
_scope: ContextVar[Scope] = ContextVar("tenant_scope", default=None)


def current_scope() -> Scope:
    return _scope.get()


def current_institution_id() -> uuid.UUID:
    scope = _scope.get()
    if not isinstance(scope, uuid.UUID):
        raise ScopeMissing("No institution in scope: enter tenant_scope() first.")
    return scope


def scoped_institution_id() -> uuid.UUID | None:
    scope = _scope.get()
    return scope if isinstance(scope, uuid.UUID) else None


def enter_scope(institution_id: uuid.UUID) -> Token[Scope]:
    """Open a scope that lasts as long as the running task: for sockets, which have no `with`."""
    return _scope.set(institution_id)


@contextmanager
def tenant_scope(institution_id: uuid.UUID | str) -> Iterator[None]:
    token = _scope.set(uuid.UUID(str(institution_id)))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """See every institution; the reason is for the reader, the architecture test lists the callers."""
    assert reason
    token = _scope.set(_UNSCOPED)
    try:
        yield
    finally:
        _scope.reset(token)

"""The tenant scope: which institution's rows a query may see.

Three doors open it: the HTTP middleware, the socket consumers' ticket, and `TenantTask`. A query on a
tenant table outside a scope raises instead of answering.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, TypeVar

from django.db import models


class ScopeMissing(Exception):
    """A tenant table was queried outside a tenant scope."""


class _Unscoped:
    """Marks a scope in which every institution's rows are visible, for a written reason."""


_UNSCOPED = _Unscoped()
_scope: ContextVar[uuid.UUID | _Unscoped | None] = ContextVar("tenant_scope", default=None)


def current_institution_id() -> uuid.UUID:
    scope = _scope.get()
    if not isinstance(scope, uuid.UUID):
        raise ScopeMissing("No institution in scope: enter tenant_scope() first.")
    return scope


def scoped_institution_id() -> uuid.UUID | None:
    scope = _scope.get()
    return scope if isinstance(scope, uuid.UUID) else None


def enter_scope(institution_id: uuid.UUID) -> Token[uuid.UUID | _Unscoped | None]:
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


ModelType = TypeVar("ModelType", bound=models.Model)


class TenantManager(models.Manager[ModelType]):
    def get_queryset(self) -> models.QuerySet[ModelType]:
        scope = _scope.get()
        if scope is None:
            raise ScopeMissing(f"{self.model.__name__} was queried outside a tenant scope.")
        queryset = super().get_queryset()
        return queryset if isinstance(scope, _Unscoped) else queryset.filter(institution_id=scope)


class TenantModel(models.Model):
    """A row that belongs to one institution; the institution defaults to the one in scope."""

    institution = models.ForeignKey(
        "accounts.Institution",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_institution_id,
        editable=False,
    )

    objects = TenantManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        scope = _scope.get()
        if scope is None:
            raise ScopeMissing(f"{type(self).__name__} was saved outside a tenant scope.")
        if isinstance(scope, uuid.UUID) and self.institution_id != scope:
            raise ScopeMissing(f"{type(self).__name__} of another institution was saved in this scope.")
        super().save(*args, **kwargs)

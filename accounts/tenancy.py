"""Tenant tables: a query on one outside a scope raises instead of answering.

Three doors open a scope: the HTTP middleware, the socket consumers' ticket, and `TenantTask`. On PostgreSQL
the same scope bounds every statement a second time (`config/postgres`).
"""

import uuid
from typing import Any, TypeVar

from django.db import models

from accounts.scope import (
    ScopeMissing,
    Unscoped,
    current_institution_id,
    current_scope,
    enter_scope,
    scoped_institution_id,
    tenant_scope,
    unscoped,
)

__all__ = [
    "ScopeMissing",
    "TenantManager",
    "TenantModel",
    "current_institution_id",
    "enter_scope",
    "scoped_institution_id",
    "tenant_scope",
    "unscoped",
]

ModelType = TypeVar("ModelType", bound=models.Model)


class TenantManager(models.Manager[ModelType]):
    def get_queryset(self) -> models.QuerySet[ModelType]:
        scope = current_scope()
        if scope is None:
            raise ScopeMissing(f"{self.model.__name__} was queried outside a tenant scope.")
        queryset = super().get_queryset()
        return queryset if isinstance(scope, Unscoped) else queryset.filter(institution_id=scope)


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
        scope = current_scope()
        if scope is None:
            raise ScopeMissing(f"{type(self).__name__} was saved outside a tenant scope.")
        if isinstance(scope, uuid.UUID) and self.institution_id != scope:
            raise ScopeMissing(f"{type(self).__name__} of another institution was saved in this scope.")
        super().save(*args, **kwargs)

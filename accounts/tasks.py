"""The Celery door into the tenant scope: the institution travels in a message header."""

from functools import partial
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from accounts.breaker import Breaker
from accounts.log_context import logged_as
from accounts.tenancy import ScopeMissing, scoped_institution_id, tenant_scope

HEADER = "institution"
BROKER = Breaker("the broker")


class TenantTask(Task):  # type: ignore[misc]
    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        institution_id = scoped_institution_id()
        if institution_id is None:
            raise ScopeMissing(f"{self.name} was sent outside a tenant scope.")
        headers = {**(options.pop("headers", None) or {}), HEADER: str(institution_id)}
        if self.app.conf.task_always_eager:
            # The task runs here and now, and what fails in it is no broker.
            return super().apply_async(args, kwargs, headers=headers, **options)
        return BROKER.ask(partial(super().apply_async, args, kwargs, headers=headers, **options))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        institution_id = (self.request.headers or {}).get(HEADER) or getattr(self.request, HEADER, None)
        if institution_id is None:
            raise ScopeMissing(f"{self.name} was run without an institution header.")
        with tenant_scope(institution_id), logged_as(task=str(self.request.id)):
            return super().__call__(*args, **kwargs)


@shared_task
def forget_expired() -> None:
    """Hourly: answers kept for repeated requests, what opens nothing any more, and old failures."""
    # Celery reads this module before the apps are there.
    from accounts import devices, guessing, tokens
    from accounts.api import idempotency

    now = timezone.now()
    idempotency.purge(now)
    tokens.forget_expired(now)
    guessing.forget_expired(now)
    devices.forget_expired(now)

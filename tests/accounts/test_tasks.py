"""The institution travels with a Celery message."""

import pytest
from celery import shared_task

from accounts.models import Membership
from accounts.tasks import TenantTask
from accounts.tenancy import ScopeMissing, tenant_scope
from tests.conftest import Person

pytestmark = pytest.mark.django_db
_seen: list[str] = []


@shared_task(base=TenantTask, name="tests.look_around")
def look_around(greeting: str, *, mark: str = "") -> None:
    _seen.extend(
        f"{greeting} {user}{mark}" for user in Membership.objects.values_list("user__email", flat=True)
    )


def test_a_task_runs_in_the_senders_institution(alice: Person, charlie: Person) -> None:
    _seen.clear()
    with tenant_scope(charlie.institution.id):
        look_around.delay("hello", mark="!")
    assert _seen == ["hello charlie@south.example!"]


def test_a_task_is_not_sent_without_an_institution() -> None:
    with pytest.raises(ScopeMissing, match=r"tests\.look_around was sent outside a tenant scope"):
        look_around.delay("hello")


def test_a_task_does_not_run_without_an_institution() -> None:
    with pytest.raises(ScopeMissing, match="without an institution header"):
        look_around("hello")

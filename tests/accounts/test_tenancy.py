"""The scope itself: what it lets through and what it refuses."""

import uuid

import pytest

from accounts.models import Membership
from accounts.roles import Role
from accounts.tenancy import (
    ScopeMissing,
    current_institution_id,
    scoped_institution_id,
    tenant_scope,
    unscoped,
)
from tests.conftest import Person

pytestmark = pytest.mark.django_db


def test_without_a_scope_there_is_no_institution() -> None:
    assert scoped_institution_id() is None
    with pytest.raises(ScopeMissing):
        current_institution_id()


def test_scopes_nest_and_close() -> None:
    outer, inner = uuid.uuid4(), uuid.uuid4()
    with tenant_scope(outer):
        with tenant_scope(str(inner)):
            assert current_institution_id() == inner
        assert current_institution_id() == outer
    assert scoped_institution_id() is None


def test_seeing_everybody_is_not_being_somebody(alice: Person, charlie: Person) -> None:
    with unscoped("a test counts both"):
        assert Membership.objects.count() == 2
        with pytest.raises(ScopeMissing):
            current_institution_id()


def test_a_row_of_another_institution_is_not_saved(alice: Person, charlie: Person) -> None:
    with tenant_scope(charlie.institution.id):
        membership = Membership(user=charlie.user, role=Role.OWNER, institution=alice.institution)
        with pytest.raises(ScopeMissing, match="another institution"):
            membership.save()
    with pytest.raises(ScopeMissing, match="outside a tenant scope"):
        alice.membership.save()

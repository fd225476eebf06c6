"""Institutions and their people."""

import pytest

from accounts import services
from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry, Institution, Membership, User
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def register(**changes: str) -> Membership:
    fields = {"name": "École du Nord", "email": "Ann@North.example", "password": PASSWORD, **changes}
    return services.register_institution(**fields)


def test_an_institution_begins_with_its_owner() -> None:
    membership = register(owner_name=" Ann ", timezone="Europe/Oslo", ip="2001:db8:1:2::3")
    institution, user = membership.institution, membership.user
    assert (institution.name, institution.slug, institution.timezone) == (
        "École du Nord",
        "ecole-du-nord",
        "Europe/Oslo",
    )
    assert (user.email, user.name, membership.role) == ("ann@north.example", "Ann", Role.OWNER)
    assert user.check_password(PASSWORD)
    with tenant_scope(institution.id):
        entry = AuditEntry.objects.get()
    assert (entry.number, entry.actor, entry.action, entry.subject, entry.ip) == (
        1,
        f"user:{user.id}",
        "institution.registered",
        f"institution:{institution.id}",
        "2001:db8:1::/48",
    )


def test_two_institutions_of_one_name_have_two_slugs() -> None:
    register()
    assert register(email="two@north.example").institution.slug == "ecole-du-nord-2"
    assert register(email="three@north.example", name="???").institution.slug == "institution"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"password": "short"}, "password_weak", "password"),
        ({"password": "password123"}, "password_weak", "password"),
        ({"password": "ann@north.example"}, "password_weak", "password"),
        ({"timezone": "Mars/Olympus"}, "time_zone_unknown", "time_zone"),
    ],
)
def test_a_refused_registration_leaves_nothing(changes: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        register(**changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Institution.objects.exists()
    assert not User.objects.exists()


def test_an_address_has_one_account_however_it_is_written() -> None:
    register()
    with pytest.raises(Conflict) as refused:
        register(email=" ANN@north.example ")
    assert (refused.value.code, refused.value.field) == ("email_taken", "email")
    assert Institution.objects.count() == 1


@pytest.mark.usefixtures("scope")
def test_a_member_is_added_with_an_audit_entry(alice: Person) -> None:
    membership = services.add_member(
        email="pat@north.example", password=PASSWORD, role=Role.PROCTOR, actor=alice.user
    )
    assert membership.institution == alice.institution
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.actor, entry.action, entry.subject, entry.detail) == (
        f"user:{alice.user.id}",
        "member.added",
        f"user:{membership.user.id}",
        {"role": "proctor"},
    )


def test_signing_in_is_recorded_where_the_person_works(alice: Person, charlie: Person) -> None:
    services.record_sign_in(user=alice.user, ip="192.0.2.7")
    with tenant_scope(alice.institution.id):
        assert AuditEntry.objects.filter(action="user.signed_in", ip="192.0.2.0/24").count() == 1
    with tenant_scope(charlie.institution.id):
        assert not AuditEntry.objects.filter(action="user.signed_in").exists()

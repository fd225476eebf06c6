"""Alice's furnished institution and the one next door, made once for all tests of a module that asks.

Such a module imports the fixtures `alice`, `bob`, `charlie`, `house` and `street`. Whatever a test does to
the rows is taken back when it ends, as in every test; the street itself when the module ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts import services
from accounts.models import Membership
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from tests.conftest import PASSWORD, Person, _person
from tests.tenancy_house import House, furnish


@dataclass(frozen=True, slots=True)
class Street:
    alice: Membership
    bob: Membership
    charlie: Membership
    house: House


def _built() -> Street:
    alice = services.register_institution(name="North", email="alice@north.example", password=PASSWORD)
    with tenant_scope(alice.institution_id):
        house = furnish()
        bob = services.add_member(email="bob@north.example", password=PASSWORD, role=Role.EXAMINER)
    charlie = services.register_institution(name="South", email="charlie@south.example", password=PASSWORD)
    return Street(alice, bob, charlie, house)


@pytest.fixture(scope="module")
def street(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Street]:
    with django_db_blocker.unblock(), transaction.atomic():
        built = _built()
        with django_db_blocker.block():
            yield built
        transaction.set_rollback(True)


@pytest.fixture
def house(street: Street, db: None) -> House:
    return street.house


@pytest.fixture
def alice(street: Street, db: None) -> Person:
    return _person(street.alice)


@pytest.fixture
def bob(street: Street, db: None) -> Person:
    return _person(street.bob)


@pytest.fixture
def charlie(street: Street, db: None) -> Person:
    return _person(street.charlie)

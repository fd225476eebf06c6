"""Alice owns an institution, Bob works in it as an examiner, Charlie owns another one."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from asgiref.sync import SyncToAsync
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connections
from django.test import Client, TransactionTestCase
from django.utils import translation
from django.utils.translation import trans_real
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from accounts import services
from accounts.models import Institution, Membership, User
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from jobs import storage
from tests import emptying
from tests.apart import is_apart
from tests.marking import Marking

# A slow machine is no wrong answer.
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")

PASSWORD = "correct horse battery"
ON_SQLITE = django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
BESIDE = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The embedded profile has no second wall between institutions to test.

    What knows no profile is marked before anybody chooses by marks.
    """
    for item in items:
        if is_apart(item):
            item.add_marker("apart")
    left_out = [item for item in items if ON_SQLITE and item.get_closest_marker("production_only")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@dataclass(frozen=True)
class Person:
    user: User
    membership: Membership
    institution: Institution
    client: Client


def _person(membership: Membership) -> Person:
    client = Client(raise_request_exception=False)
    client.force_login(membership.user)
    return Person(membership.user, membership, membership.institution, client)


@pytest.fixture
def alice(db: None) -> Person:
    return _person(
        services.register_institution(name="North", email="alice@north.example", password=PASSWORD)
    )


@pytest.fixture
def bob(alice: Person) -> Person:
    with tenant_scope(alice.institution.id):
        return _person(services.add_member(email="bob@north.example", password=PASSWORD, role=Role.EXAMINER))


@pytest.fixture
def charlie(db: None) -> Person:
    return _person(
        services.register_institution(name="South", email="charlie@south.example", password=PASSWORD)
    )


@pytest.fixture
def scope(alice: Person) -> Iterator[None]:
    """The body runs in Alice's institution."""
    with tenant_scope(alice.institution.id):
        yield


@pytest.fixture(scope="session", autouse=True)
def emptied_by_what_was_written() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.take_back)
        yield


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    yield
    for alias in ("default", "frames"):
        caches[alias].clear()
    storage.try_again()


@pytest.fixture(autouse=True)
def closed_connections() -> Iterator[None]:
    """The thread in which asynchronous tests ask the database holds it open, and it could not be dropped."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


def shared_folder(variable: str, name: str) -> Path:
    """A folder of data outside the project; without it the test says so and skips, or fails in CI."""
    folder = Path(os.environ.get(variable) or BESIDE / name)
    if folder.is_dir():
        return folder
    message = f"{variable} names no folder ({folder}): set it to run this test"
    if os.environ.get("REQUIRE_EVERYTHING"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return shared_folder("DATA_DIR", "data")


@pytest.fixture(scope="session")
def models_dir() -> Path:
    return shared_folder("MODELS_DIR", "models")


@pytest.fixture(scope="session")
def presets_dir() -> Path:
    return shared_folder("PRESETS_DIR", "presets")


@pytest.fixture
def marking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is said in the body says whether it passed gettext."""
    monkeypatch.setitem(trans_real._translations, django_settings.LANGUAGE_CODE, Marking())
    translation.activate(django_settings.LANGUAGE_CODE)
    yield
    translation.deactivate()

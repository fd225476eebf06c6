"""What a test committed is gone when the next one begins, and nothing that was there before is."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.test import TransactionTestCase

from accounts.tenancy import tenant_scope, unscoped
from tests import emptying
from tests.conftest import Person
from tests.tenancy_house import furnish

pytestmark = pytest.mark.django_db(transaction=True)
OF_THE_MIGRATIONS = {"django_content_type", "auth_permission"}


def _full_tables() -> set[str]:
    with unscoped("a test looks at all tables"), connection.cursor() as cursor:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        counts = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return {name for name, count in counts.items() if count}


def test_a_whole_house_is_gone_and_what_the_migrations_wrote_stays(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        furnish()
    kinds, permissions = list(ContentType.objects.values()), list(Permission.objects.values())
    before = _full_tables()
    assert len(before) > 40
    assert {"accounts_auditentry", "django_session", *OF_THE_MIGRATIONS} <= before
    emptying.empty(connections["default"])
    assert _full_tables() == OF_THE_MIGRATIONS
    assert list(ContentType.objects.values()) == kinds
    assert list(Permission.objects.values()) == permissions


def test_every_test_that_commits_is_followed_by_it() -> None:
    assert TransactionTestCase._fixture_teardown is emptying.take_back

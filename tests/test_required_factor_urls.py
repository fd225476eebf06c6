"""Every URL of an institution that asks for a second factor, as an owner without one meets it."""

import pytest

from accounts.models import Institution
from accounts.tenancy import tenant_scope
from tests.conftest import Person
from tests.tenancy_house import House
from tests.tenancy_recipes import Audience
from tests.tenancy_street import alice, house, street
from tests.test_tenancy_urls import _url, of_audience

__all__ = ["alice", "house", "street"]
PAGES = of_audience(Audience.MEMBERS, Audience.MEMBERS_EACH_THEIR_OWN)
API = of_audience(Audience.API, Audience.API_EACH_THEIR_OWN)
# A program's own door: a key buys its token, and no person comes in by it.
KEYS_ALONE = {"accounts_api:analyse-token"}


@pytest.mark.django_db
def test_nothing_opens_and_nothing_is_done(house: House, alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        Institution.objects.filter(id=alice.institution.id).update(require_second_factor=True)
    opened = []
    for name in [*PAGES, *API]:
        for method in ("get", "post"):
            answer = getattr(alice.client, method)(_url(name, house))
            led_away = answer.status_code == 302 and answer["Location"] == "/account/factor/"
            refused = answer.status_code in (403, 405) or (name in KEYS_ALONE and answer.status_code == 401)
            if not (led_away or refused):
                opened.append(f"{method} {name}: {answer.status_code}")
    assert len(PAGES) + len(API) > 100
    assert opened == []

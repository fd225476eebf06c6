"""Every URL, as the owner, a colleague, the neighbour and a stranger meet it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.tenancy import TenantModel, unscoped
from tests.conftest import Person
from tests.tenancy_house import House
from tests.tenancy_recipes import RECIPES, Audience, Recipe
from tests.tenancy_street import alice, bob, charlie, house, street

__all__ = ["alice", "bob", "charlie", "house", "street"]


def _names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _names(entry, inner)
        else:
            assert isinstance(entry, URLPattern)
            yield f"{namespace}{entry.name or entry.pattern}"


NAMES = sorted(set(_names(get_resolver())))


def of_audience(*audiences: Audience) -> list[str]:
    return [name for name in NAMES if name in RECIPES and RECIPES[name].audience in audiences]


SIGNED_IN = of_audience(Audience.MEMBERS, Audience.MEMBERS_EACH_THEIR_OWN, Audience.PERSON)


def _url(name: str, house: House) -> str:
    return reverse(name, kwargs=RECIPES[name].arguments(house))


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all institutions as they are stored: what a neighbour must not be able to change."""
    tables = [model._meta for model in apps.get_models() if issubclass(model, TenantModel)]
    found = {}
    with unscoped("a test compares the tables before and after"), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table.db_table}" ORDER BY "{table.pk.column}"')
            found[table.label] = cursor.fetchall()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_url_has_a_recipe(name: str) -> None:
    assert name in RECIPES, f"{name}: say in tests/tenancy_recipes.py whom it is for and what it is about"


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.MEMBERS))
def test_the_neighbour_finds_nothing_and_changes_nothing(name: str, house: House, charlie: Person) -> None:
    before = _everything()
    url = _url(name, house)
    answers = {charlie.client.get(url).status_code, charlie.client.post(url).status_code}
    assert answers <= {404, 405}
    assert 404 in answers
    assert _everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_stranger_is_asked_to_sign_in(name: str, house: House) -> None:
    before = _everything()
    url = _url(name, house)
    for response in (Client().get(url), Client().post(url)):
        if response.status_code != 405:
            assert (response.status_code, response["Location"]) == (302, f"/login/?next={url}")
    assert _everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_IN)
@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_member_is_served(name: str, who: str, house: House, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)
    recipe: Recipe = RECIPES[name]
    allowed = {200, 302, 303, 405} | recipe.also
    url = _url(name, house)
    answers = [person.client.get(url).status_code, person.client.post(url).status_code]
    assert set(answers) <= allowed, answers
    assert answers != [405, 405]


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.MEMBERS_EACH_THEIR_OWN))
def test_the_neighbour_is_served_their_own(name: str, house: House, charlie: Person) -> None:
    page = charlie.client.get(_url(name, house))
    assert page.status_code in {200, 405}
    assert house.session.exam.title not in page.getvalue().decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.SEAT))
@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "nobody"])
def test_without_the_seat_there_is_no_room(
    name: str, who: str, house: House, request: pytest.FixtureRequest
) -> None:
    client = Client() if who == "nobody" else request.getfixturevalue(who).client
    before = _everything()
    url = _url(name, house)
    answers = {getattr(client, method)(url).status_code for method in ("get", "post", "put")}
    assert answers <= {404, 405}
    assert 404 in answers
    assert _everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.EVERYBODY, Audience.LINK))
def test_what_is_open_to_everybody_is_served(name: str, house: House) -> None:
    cache.clear()
    assert Client().get(_url(name, house)).status_code in {200, 302, 405} | RECIPES[name].also


METHODS = ("get", "post", "patch", "delete")


def _call(client: Client, method: str, url: str) -> Any:
    return getattr(client, method)(url, data={}, content_type="application/json")


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.API))
def test_the_neighbours_program_finds_nothing_and_changes_nothing(
    name: str, house: House, charlie: Person
) -> None:
    before = _everything()
    url = _url(name, house)
    answers = {_call(charlie.client, method, url).status_code for method in METHODS}
    assert answers <= {404, 405}
    assert 404 in answers
    assert _everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.API, Audience.API_EACH_THEIR_OWN))
def test_an_unknown_program_is_asked_who_it_is(name: str, house: House) -> None:
    before = _everything()
    url = _url(name, house)
    answers = [_call(Client(), method, url) for method in METHODS]
    assert {answer.status_code for answer in answers} <= {401, 405}
    assert {answer.json()["code"] for answer in answers} <= {"not_signed_in", "method_not_allowed"}
    assert any(answer.status_code == 401 for answer in answers)
    assert _everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.API, Audience.API_EACH_THEIR_OWN))
@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_members_program_is_served(
    name: str, who: str, house: House, request: pytest.FixtureRequest
) -> None:
    person: Person = request.getfixturevalue(who)
    url = _url(name, house)
    answers = [_call(person.client, method, url).status_code for method in ("get", "post")]
    assert set(answers) <= {200, 201, 204, 405} | RECIPES[name].also, answers


@pytest.mark.django_db
@pytest.mark.parametrize("name", of_audience(Audience.API_EACH_THEIR_OWN))
def test_the_neighbours_program_is_served_its_own(name: str, house: House, charlie: Person) -> None:
    answer = _call(charlie.client, "get", _url(name, house))
    assert answer.status_code in {200, 405}
    assert str(house.session.exam_id) not in answer.getvalue().decode()

"""A POST that is sent again is done once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from accounts.api import idempotency
from accounts.models import ApiKey, Membership, Scope, StoredAnswer
from accounts.tasks import forget_expired
from accounts.tenancy import tenant_scope, unscoped
from tests.conftest import PASSWORD, Person

MEMBERS = "/api/v1/members/"
BOB = {"email": "bob@example.com", "password": PASSWORD, "role": "examiner"}


def add(client: Client, body: Any = BOB, key: str = "one", path: str = MEMBERS) -> Any:
    return client.post(path, body, content_type="application/json", headers={"Idempotency-Key": key})


@pytest.mark.django_db
def test_the_first_answer_comes_again(alice: Person) -> None:
    first, again = add(alice.client), add(alice.client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first.has_header(idempotency.REPLAYED), again[idempotency.REPLAYED]) == (False, "true")
    with tenant_scope(alice.institution.id):
        assert Membership.objects.count() == 2


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused(alice: Person) -> None:
    add(alice.client)
    answer = add(alice.client, {**BOB, "email": "eve@example.com"})
    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")
    elsewhere = add(alice.client, path="/api/v1/api-keys/")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "key_reused")


@pytest.mark.django_db
def test_keys_are_each_callers_own(alice: Person, charlie: Person) -> None:
    assert add(alice.client).status_code == 201
    assert add(charlie.client, {**BOB, "email": "carol@example.com"}).status_code == 201


@pytest.mark.django_db
def test_a_refusal_is_not_kept(alice: Person) -> None:
    refused = add(alice.client, {**BOB, "password": "short"})
    assert refused.status_code == 400
    assert add(alice.client).status_code == 201


@pytest.mark.django_db
def test_a_secret_is_stored_nowhere_and_made_once(alice: Person) -> None:
    wanted = {"name": "campus", "scopes": ["read"]}
    secret = add(alice.client, wanted, path="/api/v1/api-keys/").json()["key"]
    again = add(alice.client, wanted, path="/api/v1/api-keys/")
    assert (again.status_code, again.json()["code"]) == (409, "done_already")
    with tenant_scope(alice.institution.id):
        assert ApiKey.objects.count() == 1
        assert secret not in str(list(StoredAnswer.objects.values()))


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a" * 101, "ü", "a\tb", "a b"])
def test_a_strange_key_is_refused(alice: Person, key: str) -> None:
    answer = add(alice.client, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key")


@pytest.mark.django_db
def test_after_a_day_it_is_forgotten(alice: Person) -> None:
    add(alice.client)
    with unscoped("a test lets a day pass"):
        StoredAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert add(alice.client).status_code == 409  # done anew: the address is taken
    with unscoped("a test lets a day pass"):
        forget_expired()
        assert StoredAnswer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_one(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        new = api_keys.create(name="campus", scopes=[Scope.MANAGE])
    answers: list[bytes] = []
    token = {"email": alice.user.email, "password": PASSWORD}
    bearer = Client().post("/api/v1/auth/token/", token, content_type="application/json").json()["token"]
    assert new.key.scopes == ["manage"]

    def send() -> None:
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": "one"}
        answers.append(Client().post(MEMBERS, BOB, content_type="application/json", headers=headers).content)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 50
    assert len(set(answers)) == 1
    with tenant_scope(alice.institution.id):
        assert Membership.objects.count() == 2

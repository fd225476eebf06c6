"""Keys of programs: shown once, stored as a hash, good for their scope, until they expire or are revoked."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import api_keys, throttle, tickets
from accounts.errors import Conflict, DomainError
from accounts.models import ApiKey, AuditEntry, Scope
from accounts.tenancy import tenant_scope
from accounts.tickets import Ticket
from tests.conftest import Person

pytestmark = pytest.mark.django_db
URL = "/api/v1/analyse/token/"
REFUSED = "This API key is not known, has expired or was revoked."


def made(person: Person) -> api_keys.NewKey:
    with tenant_scope(person.institution.id):
        return api_keys.create(name="integrator", scopes=[Scope.ANALYSE], actor=person.user)


def ask(text: str, scheme: str = "Api-Key") -> tuple[int, dict[str, object]]:
    response = Client().post(URL, headers={"Authorization": f"{scheme} {text}"})
    body = response.json()
    body.pop("request_id", None)
    return response.status_code, body


def actions(person: Person) -> list[tuple[str, str]]:
    with tenant_scope(person.institution.id):
        return list(AuditEntry.objects.values_list("actor", "action"))[1:]


def test_the_secret_is_not_stored(alice: Person) -> None:
    new = made(alice)
    prefix, _, secret = new.text.partition(".")
    assert (new.key.prefix, new.key.scopes) == (prefix, ["analyse"])
    assert secret not in str(vars(new.key))
    assert secret not in repr(new)
    assert actions(alice) == [(f"user:{alice.user.id}", "api_key.created")]


def test_a_key_buys_a_token_once_redeemable(alice: Person) -> None:
    new = made(alice)
    status, body = ask(new.text)
    token = str(body.pop("token"))
    assert (status, body) == (200, {"expires_in": 30})
    assert tickets.redeem(token) == Ticket("api_key", str(alice.institution.id), str(new.key.id))
    assert tickets.redeem(token) is None
    assert actions(alice)[1:] == [(f"api_key:{new.key.prefix}", "analyse.token_issued")]
    with tenant_scope(alice.institution.id):
        assert ApiKey.objects.get().last_used_at is not None


def test_a_wrong_unknown_expired_or_revoked_key_gets_the_same_answer(alice: Person) -> None:
    expired, revoked, wrong = made(alice), made(alice), made(alice)
    with tenant_scope(alice.institution.id):
        ApiKey.objects.filter(id=expired.key.id).update(expires_at=timezone.now() - timedelta(seconds=1))
        api_keys.revoke(prefix=revoked.key.prefix)
    for text in (expired.text, revoked.text, f"{wrong.key.prefix}.nonsense", "abc.def"):
        assert ask(text) == (401, {"code": "key_refused", "message": REFUSED, "field": None})


@pytest.mark.parametrize("text", ["", "abc", ".", "abc.", ".def", "a.b\x00", "a." + "b" * 300])
def test_what_is_no_key_is_told_how_to_send_one(text: str) -> None:
    response = Client().post(URL, headers={"Authorization": f"Api-Key {text}"})
    assert (response.status_code, response.json()["code"]) == (401, "key_missing")
    assert response["WWW-Authenticate"] == "Bearer, Api-Key"
    assert ask("a.b", scheme="Bearer")[1]["code"] == "token_refused"
    assert ask("a.b", scheme="Basic")[1]["code"] == "credential_unknown"


def test_a_key_without_the_scope_is_refused(alice: Person) -> None:
    new = made(alice)
    with tenant_scope(alice.institution.id):
        ApiKey.objects.update(scopes=[])
    status, body = ask(new.text)
    assert (status, body["code"]) == (403, "key_scope")
    assert body["message"] == "This API key may not send frames and get measurements back."


def test_guessing_is_slowed_down_by_address_and_stops_no_good_key(alice: Person) -> None:
    new = made(alice)
    for _ in range(throttle.LIMIT):
        assert ask("abc.def")[0] == 401
    assert ask("abc.def")[0] == 429
    assert ask(f"{new.key.prefix}.nonsense")[0] == 429
    assert ask(new.text)[0] == 200


def test_a_request_of_a_key_asks_who_it_is_once(
    alice: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with tenant_scope(alice.institution.id):
        new = api_keys.create(name="reader", scopes=[Scope.AUDIT])
    key = {"Authorization": f"Api-Key {new.text}"}
    assert Client().get("/api/v1/audit/", headers=key).status_code == 200
    # The key with its institution's time zone, and what is asked for.
    with django_assert_num_queries(2):
        assert Client().get("/api/v1/audit/", headers=key).status_code == 200


def test_a_revoked_key_opens_nothing_from_the_next_request_on(alice: Person) -> None:
    new = made(alice)
    assert ask(new.text)[0] == 200
    with tenant_scope(alice.institution.id):
        api_keys.revoke(prefix=new.key.prefix)
    assert ask(new.text)[0] == 401


def test_each_key_has_its_own_rate(alice: Person) -> None:
    busy, other = made(alice), made(alice)
    for _ in range(api_keys.TOKENS_A_MINUTE):
        assert ask(busy.text)[0] == 200
    status, body = ask(busy.text)
    assert (status, body["code"]) == (429, "too_many_tokens")
    assert ask(other.text)[0] == 200


def test_only_post_is_answered() -> None:
    assert Client().get(URL).status_code == 405


@pytest.mark.usefixtures("scope")
def test_a_key_needs_a_scope_and_a_future() -> None:
    with pytest.raises(DomainError, match="at least one scope"):
        api_keys.create(name="x", scopes=[])
    with pytest.raises(DomainError, match="expired already"):
        api_keys.create(name="x", scopes=[Scope.ANALYSE], expires_at=timezone.now())


def test_the_neighbour_cannot_revoke_it(alice: Person, charlie: Person) -> None:
    new = made(alice)
    with tenant_scope(charlie.institution.id):
        with pytest.raises(DomainError, match="no key that begins"):
            api_keys.revoke(prefix=new.key.prefix)
        assert not api_keys.usable(new.key.id, Scope.ANALYSE)
    with tenant_scope(alice.institution.id):
        assert api_keys.usable(new.key.id, Scope.ANALYSE)
        api_keys.revoke(prefix=new.key.prefix)
        assert not api_keys.usable(new.key.id, Scope.ANALYSE)
        with pytest.raises(Conflict, match="revoked already"):
            api_keys.revoke(prefix=new.key.prefix)
    assert actions(alice)[1:] == [("system", "api_key.revoked")]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("apikey", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_makes_lists_and_revokes(alice: Person) -> None:
    slug = alice.institution.slug
    text = run(
        "create", "--institution", slug, "--scope", "analyse", "--name", "campus", "--days", "7"
    ).strip()
    prefix = text.partition(".")[0]
    assert ask(text)[0] == 200
    today = timezone.now().date()
    assert run("list", "--institution", slug) == f"{prefix}  used {today}  analyse  campus\n"
    assert run("revoke", prefix, "--institution", slug) == f"{prefix} opens nothing any more.\n"
    assert run("list", "--institution", slug) == f"{prefix}  revoked {today}  analyse  campus\n"
    assert ask(text)[0] == 401


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "--institution", "nowhere"), "There is no institution"),
        (("create", "--institution", "north", "--scope", "everything"), "invalid choice"),
        (("create", "--institution", "north", "--scope", "analyse", "--days", "0"), "--days must lie"),
        (("revoke", "none", "--institution", "north"), "no key that begins"),
    ],
)
@pytest.mark.usefixtures("alice")
def test_the_command_refuses_in_words(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)

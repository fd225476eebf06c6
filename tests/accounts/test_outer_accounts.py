"""Signing in at a provider: it opens what was connected, lets invited people in, and nobody else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from accounts import member_invitations
from accounts.models import AuditEntry, Institution, Membership, User
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from tests.accounts.fake_provider import FakeProvider, fake_provider
from tests.accounts.test_pages import text_of
from tests.accounts.test_second_factor import set_up
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
DORA = {"sub": "dora-7", "email": "Dora@North.example", "email_verified": True, "name": "Dora Day"}
ALICE = {"sub": "alice-1", "email": "alice@north.example", "email_verified": True, "name": "Alice"}
CONNECT = re.compile(r'href="(/oidc/north/\?process=connect[^"]*)"')


@pytest.fixture
def provider(settings: Any) -> Iterator[FakeProvider]:
    with fake_provider() as found:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [found.app]}
        }
        yield found


def go(client: Client, provider: FakeProvider, claims: dict[str, Any], address: str = "/oidc/north/") -> Any:
    """To the provider and back, as a browser goes."""
    provider.claims = claims
    away = client.get(address)
    assert away.status_code == 302
    path, back = provider.agree(away["Location"])
    return client.get(path, back)


def connect_address(person: Person) -> str:
    found = CONNECT.search(text_of(person.client.get("/account/")))
    assert found
    return found[1].replace("&amp;", "&")


def connect(person: Person, provider: FakeProvider, claims: dict[str, Any]) -> Any:
    person.client.post("/account/again/?next=/account/", {"password": PASSWORD})
    return go(person.client, provider, claims, connect_address(person))


def invite(person: Person, email: str) -> str:
    """The path of an invitation's page."""
    with tenant_scope(person.institution.id):
        invitation = member_invitations.invite(email=email, role=Role.PROCTOR, actor=person.user)
    return member_invitations.link_of(invitation).removeprefix("http://localhost:8000")


def actions(person: Person) -> list[str]:
    with tenant_scope(person.institution.id):
        return list(AuditEntry.objects.values_list("action", flat=True))


def test_without_a_provider_nothing_of_it_is_seen(alice: Person) -> None:
    assert "/oidc/" not in text_of(Client().get("/login/"))
    assert "Signing in elsewhere" not in text_of(alice.client.get("/account/"))
    assert Client().get("/oidc/north/").status_code == 404
    assert Client().get("/oidc/north/back/?code=1&state=2").status_code == 404


def test_a_connected_account_opens_without_a_password(alice: Person, provider: FakeProvider) -> None:
    assert connect(alice, provider, ALICE)["Location"] == "/account/"
    page = text_of(alice.client.get("/account/"))
    assert "It opens your account from now on." in page
    assert "Connected" in page
    client = Client()
    assert "Sign in with North University" in text_of(client.get("/login/"))
    # The address may change at the provider; the number does not.
    back = go(client, provider, {**ALICE, "email": "other@north.example"}, "/oidc/north/?next=/exams/new/")
    assert back["Location"] == "/exams/new/"
    assert client.get("/exams/").status_code == 200
    assert actions(alice)[-2:] == ["user.outer_account_connected", "user.signed_in"]


def test_nothing_is_kept_beside_the_number(alice: Person, provider: FakeProvider) -> None:
    connect(alice, provider, ALICE)
    go(Client(), provider, ALICE)
    kept = SocialAccount.objects.get()
    assert (kept.provider, kept.uid, kept.extra_data) == ("north", "alice-1", {})
    assert not SocialToken.objects.exists()


def test_an_account_is_not_taken_over_by_its_address(alice: Person, provider: FakeProvider) -> None:
    client = Client()
    answer = go(client, provider, ALICE)
    assert answer.status_code == 403
    assert "Sign in with its password, then connect North University" in text_of(answer)
    assert not SocialAccount.objects.exists()
    assert client.get("/exams/")["Location"] == "/login/?next=/exams/"


def test_somebody_invited_joins(alice: Person, provider: FakeProvider) -> None:
    path = invite(alice, "dora@north.example")
    client = Client()
    found = re.search(r'href="(/oidc/north/\?next=[^"]+)"', text_of(client.get(path)))
    assert found
    assert go(client, provider, DORA, found[1])["Location"] == path
    assert client.post(path)["Location"] == "/exams/"
    with tenant_scope(alice.institution.id):
        membership = Membership.objects.select_related("user").get(user__email="dora@north.example")
    assert (membership.user.name, membership.role) == ("Dora Day", Role.PROCTOR)
    assert not membership.user.has_usable_password()
    assert Institution.objects.count() == 1
    assert go(Client(), provider, DORA)["Location"] == "/exams/"


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (DORA, "Nobody has invited dora@north.example."),
        ({**DORA, "email_verified": False}, "does not vouch for an email address"),
        ({**DORA, "email_verified": "true"}, "does not vouch for an email address"),
        ({"sub": "dora-7"}, "does not vouch for an email address"),
    ],
)
def test_a_stranger_is_refused_and_leaves_nothing(
    alice: Person, provider: FakeProvider, claims: dict[str, Any], words: str
) -> None:
    answer = go(Client(), provider, claims)
    assert answer.status_code == 403
    assert words in text_of(answer)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_an_invitation_for_somebody_else_lets_nobody_in(alice: Person, provider: FakeProvider) -> None:
    path = invite(alice, "erik@north.example")
    answer = go(Client(), provider, DORA, f"/oidc/north/?next={path}")
    assert (answer.status_code, User.objects.count()) == (403, 1)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x", "/invited/made-up/"])
def test_a_strange_way_on_is_refused(alice: Person, provider: FakeProvider, target: str) -> None:
    answer = go(Client(), provider, DORA, f"/oidc/north/?next={target}")
    assert answer.status_code in (403, 404)
    assert User.objects.count() == 1


def test_the_second_factor_is_asked_for_all_the_same(alice: Person, provider: FakeProvider) -> None:
    connect(alice, provider, ALICE)
    set_up(alice)
    client = Client()
    assert go(client, provider, ALICE)["Location"] == "/login/code/"
    assert client.get("/exams/")["Location"] == "/login/?next=/exams/"


def test_connecting_needs_a_page_of_ours_and_the_password(
    alice: Person, bob: Person, provider: FakeProvider
) -> None:
    assert Client().get("/oidc/north/?process=connect").status_code == 401
    assert alice.client.get("/oidc/north/?process=connect&ticket=made-up").status_code == 403
    assert alice.client.get("/oidc/north/?process=redirect&next=/exams/").status_code == 403
    bobs = connect_address(bob)
    assert alice.client.get(bobs).status_code == 403
    assert go(bob.client, provider, ALICE, bobs)["Location"].startswith("/account/again/")
    assert not SocialAccount.objects.exists()
    done = bob.client.post("/account/again/", {"password": PASSWORD})
    assert done["Location"] == "/account/"
    assert SocialAccount.objects.get().user == bob.user


def test_one_number_opens_one_account(alice: Person, bob: Person, provider: FakeProvider) -> None:
    connect(alice, provider, ALICE)
    connect(bob, provider, ALICE)
    assert "connected to somebody else’s account already" in text_of(bob.client.get("/account/"))
    assert SocialAccount.objects.get().user == alice.user


def test_letting_go(alice: Person, bob: Person, provider: FakeProvider) -> None:
    connect(alice, provider, ALICE)
    path = f"/account/connected/{SocialAccount.objects.get().id}/remove/"
    assert bob.client.post(path).status_code == 404
    assert alice.client.get(path).status_code == 405
    assert alice.client.post(path)["Location"] == "/account/"
    assert not SocialAccount.objects.exists()
    assert "user.outer_account_removed" in actions(alice)


def test_the_last_way_in_stays(alice: Person, provider: FakeProvider) -> None:
    connect(alice, provider, ALICE)
    alice.user.set_unusable_password()
    alice.user.save()
    alice.client.force_login(alice.user)
    answer = alice.client.post(f"/account/connected/{SocialAccount.objects.get().id}/remove/")
    assert answer.status_code == 403
    assert "Choose a password first" in text_of(answer)


def test_a_made_up_or_old_answer_is_refused(alice: Person, provider: FakeProvider) -> None:
    client = Client()
    path, back = provider.agree(client.get("/oidc/north/")["Location"])
    assert Client().get(path, back).status_code == 403
    assert client.get(path, {**back, "state": "made-up"}).status_code == 403
    assert client.get(path, {**back, "code": "made-up"}).status_code == 403
    assert client.get(path, back).status_code == 403
    path, back = provider.agree(client.get("/oidc/north/")["Location"])
    cancelled = client.get(path, {"error": "access_denied", "state": back["state"]})
    assert "You did not sign in at North University. Nothing changed." in text_of(cancelled)


def test_a_token_for_somebody_else_is_refused(alice: Person, provider: FakeProvider) -> None:
    provider.issuer = "https://evil.example"
    assert go(Client(), provider, ALICE).status_code == 403


def test_a_provider_that_is_gone_or_talks_nonsense_is_no_breakage(
    alice: Person, provider: FakeProvider, settings: Any
) -> None:
    provider.breaks = True
    answer = Client().get("/oidc/north/")
    assert answer.status_code == 503
    assert "The other server does not answer well." in text_of(answer)
    gone = {**provider.app, "settings": {"server_url": "http://127.0.0.1:9"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [gone]}}
    assert Client().get("/oidc/north/").status_code == 503


def test_claims_without_a_number_are_refused(alice: Person, provider: FakeProvider) -> None:
    assert go(Client(), provider, {"email": "dora@north.example", "email_verified": True}).status_code == 503

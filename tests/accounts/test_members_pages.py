"""Members: invited by a link, joined with a new account or an old one, given another role, removed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import member_invitations, members, tokens
from accounts.errors import Unauthenticated
from accounts.models import AuditEntry, MemberInvitation, Membership, User
from accounts.roles import Role, duties
from accounts.tenancy import tenant_scope
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
DORA = {"email": "Dora@North.example ", "role": "auditor"}
NEW = {"name": "Dora", "password": PASSWORD}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def invite(alice: Person, **changes: str) -> str:
    """The path of the link that the page shows."""
    page = text_of(alice.client.post("/settings/members/invite/", DORA | changes, follow=True))
    found = re.search(r'data-copy="https?://[^/]+(/invited/[^"]+)"', page)
    assert found is not None, page
    return found[1]


def roles(alice: Person) -> dict[str, str]:
    with tenant_scope(alice.institution.id):
        return {one.user.email: one.role for one in members.all_members()}


def actions(alice: Person) -> list[str]:
    with tenant_scope(alice.institution.id):
        return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_somebody_new_joins_by_the_link(alice: Person) -> None:
    path, dora = invite(alice), Client()
    assert "Join North" in text_of(dora.get(path))

    answer = dora.post(path, NEW)

    assert answer["Location"] == "/exams/"
    assert dora.get("/exams/").status_code == 200
    assert roles(alice) == {"alice@north.example": "owner", "dora@north.example": "auditor"}
    assert actions(alice)[-3:] == ["member.invited", "member.joined", "user.signed_in"]
    assert User.objects.get(email="dora@north.example").name == "Dora"
    again = Client().get(path)
    assert again.status_code == 410
    assert "used already" in text_of(again)


def test_somebody_with_an_account_joins_with_it(alice: Person, charlie: Person) -> None:
    path = invite(alice, email="charlie@south.example", role="proctor")
    signing_in = text_of(Client().get(path))
    assert f"/login/?next={path.replace(':', '%3A')}" in signing_in
    assert "Sign in with it" in text_of(Client().post(path, NEW))

    assert "Join North" in text_of(charlie.client.get(path))
    charlie.client.post(path)

    assert roles(alice)["charlie@south.example"] == "proctor"
    assert "North" in text_of(charlie.client.get("/exams/"))


def test_another_person_cannot_use_it(alice: Person, charlie: Person) -> None:
    path = invite(alice)
    assert "This invitation is for somebody else" in text_of(charlie.client.get(path))
    assert charlie.client.post(path).status_code == 403
    assert set(roles(alice)) == {"alice@north.example"}


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "é", "W10:1abc:zzz", "a" * 3000])
def test_a_wrong_link_is_told_in_words(token: str) -> None:
    answer = Client().get(f"/invited/{token}/")
    assert answer.status_code == 404
    assert "Copy the whole link" in text_of(answer)


def test_a_withdrawn_and_an_old_link_are_good_no_longer(alice: Person) -> None:
    first = invite(alice)
    second = invite(alice, role="proctor")
    assert Client().get(first).status_code == 410
    with tenant_scope(alice.institution.id):
        live = MemberInvitation.objects.get(withdrawn_at=None)
        over = timezone.now() - timedelta(seconds=1)
        MemberInvitation.objects.filter(id=live.id).update(expires_at=over)
    assert Client().get(second).status_code == 410
    assert "invite them again" in text_of(alice.client.get("/settings/members/"))

    alice.client.post(f"/settings/invitations/{live.id}/withdraw/")

    with tenant_scope(alice.institution.id):
        assert member_invitations.waiting() == []
    assert Client().post(second, NEW).status_code == 410


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "dora"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
        ({"role": "king"}, "Select a valid choice."),
        ({"email": "alice@north.example"}, "works here already"),
    ],
)
def test_a_refused_invitation_says_why(alice: Person, changes: dict[str, str], words: str) -> None:
    response = alice.client.post("/settings/members/invite/", DORA | changes)
    assert response.status_code == 422
    assert words in text_of(response)


def test_a_weak_password_is_refused_beside_the_field(alice: Person) -> None:
    path = invite(alice)
    response = Client().post(path, NEW | {"password": "short"})
    assert response.status_code == 422
    assert "too short" in text_of(response)
    assert set(roles(alice)) == {"alice@north.example"}


def test_a_role_is_changed_and_somebody_removed(alice: Person, bob: Person) -> None:
    page = text_of(
        alice.client.post(f"/settings/members/{bob.user.id}/role/", {"role": "proctor"}, follow=True)
    )
    assert "is now proctor" in page
    assert roles(alice)["bob@north.example"] == "proctor"
    assert "sees nothing of North any more" in text_of(
        alice.client.get(f"/settings/members/{bob.user.id}/remove/")
    )

    alice.client.post(f"/settings/members/{bob.user.id}/remove/")

    assert set(roles(alice)) == {"alice@north.example"}
    assert bob.client.get("/exams/").status_code == 403


def test_the_last_owner_stays(alice: Person, bob: Person) -> None:
    for path, body in (("role", {"role": "auditor"}), ("remove", {})):
        answer = alice.client.post(
            f"/settings/members/{alice.user.id}/{path}/", body, headers={"accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    with tenant_scope(alice.institution.id):
        Membership.objects.filter(user=bob.user).update(role=Role.OWNER)
    stepped_down = alice.client.post(f"/settings/members/{alice.user.id}/role/", {"role": "examiner"})
    assert stepped_down["Location"] == "/exams/"


def test_the_page_says_what_each_role_may_do(alice: Person) -> None:
    page = text_of(alice.client.get("/settings/members/"))
    assert "Read the audit log" in page
    assert page.count('<span class="visually-hidden">yes</span>') == sum(
        granted for _, row in duties() for granted in row
    )


def test_an_owner_signs_somebody_out_everywhere(alice: Person, bob: Person) -> None:
    browser = Client()
    browser.post("/login/", {"email": bob.user.email, "password": PASSWORD})
    program = tokens.issue(membership=bob.membership)
    address = f"/settings/members/{bob.user.id}/sign-out/"
    assert alice.client.get(address).status_code == 405
    page = alice.client.post(address, follow=True).content.decode()
    assert "is signed out everywhere and has to sign in again" in page
    assert browser.get("/exams/")["Location"] == "/login/?next=/exams/"
    assert alice.client.get("/exams/").status_code == 200
    with pytest.raises(Unauthenticated):
        tokens.exchange(refresh=program.refresh)
    with tenant_scope(alice.institution.id):
        newest = AuditEntry.objects.order_by("-number")[0]
    assert (newest.action, newest.subject) == ("member.signed_out", f"user:{bob.user.id}")

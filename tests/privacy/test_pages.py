"""The owner's pages about personal data: the terms, the nightly deletions, the holds."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import services as accounts
from accounts.models import PrivacyTerms
from accounts.privacy_terms import current_terms
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams.models import LegalHold
from privacy.models import PurgedThing
from tests.conftest import PASSWORD, Person, _person
from tests.privacy.test_purging import make_old, purge

pytestmark = pytest.mark.django_db
TERMS = {
    "evidence": "30",
    "after_decision": "30",
    "id_card": "7",
    "chat": "30",
    "report": "365",
    "log": "400",
    "identity": "400",
    "webhooks": "30",
    "lawful_basis": "",
    "contact": "",
    "confirm": "",
}
PAGE = "/settings/privacy/"


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_shortening_shows_what_it_deletes_and_wants_a_word(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        for _ in range(2):
            make_old(days=20)
    assert "Nothing of any sitting." in text_of(alice.client.get(PAGE))

    asked = alice.client.post(PAGE, TERMS | {"evidence": "10"})

    page = text_of(asked)
    assert asked.status_code == 422
    assert "With these days, tonight deletes" in page
    assert "<dt>Pictures and video of a sitting</dt><dd>of 2 sittings</dd>" in page
    assert "write “shorten”" in page
    with tenant_scope(alice.institution.id):
        assert current_terms().evidence_days == 30
    again = alice.client.post(PAGE, TERMS | {"evidence": "10", "confirm": "please"})
    assert again.status_code == 422
    done = alice.client.post(PAGE, TERMS | {"evidence": "10", "confirm": " Shorten "}, follow=True)
    assert "Saved. What is over now is deleted tonight." in text_of(done)
    assert "Tonight deletes" in text_of(done)
    with tenant_scope(alice.institution.id):
        assert current_terms().evidence_days == 10


def test_the_ground_and_the_contact_are_kept(alice: Person) -> None:
    wanted = TERMS | {"lawful_basis": "contract", "contact": "dpo@north.example", "chat": "60"}
    alice.client.post(PAGE, wanted)
    with tenant_scope(alice.institution.id):
        terms = PrivacyTerms.objects.get()
    assert (terms.lawful_basis, terms.contact, terms.chat_days) == ("contract", "dpo@north.example", 60)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"log": "100"}, "greater than or equal to 183"),
        ({"log": ""}, "This field is required."),
        ({"log": "many"}, "Enter a whole number."),
        ({"log": "401"}, "must be kept as long as everything else"),
        ({"report": "40", "confirm": "shorten"}, "must be kept as long as pictures"),
        ({"lawful_basis": "because"}, "Select a valid choice."),
        ({"contact": "x" * 201}, "at most 200 characters"),
    ],
)
def test_terms_that_cannot_be_say_why(alice: Person, changes: dict[str, str], words: str) -> None:
    response = alice.client.post(PAGE, TERMS | changes)
    assert response.status_code == 422
    assert words in text_of(response)
    with tenant_scope(alice.institution.id):
        assert not PrivacyTerms.objects.filter(log_days=401).exists()


def test_a_run_is_listed_shown_and_its_proof_checked(alice: Person) -> None:
    assert "Nothing has been deleted yet" in text_of(alice.client.get(f"{PAGE}purges/"))
    with tenant_scope(alice.institution.id):
        make_old(days=31)
        run = purge()
    assert f"{PAGE}purges/{run.id}/" in text_of(alice.client.get(f"{PAGE}purges/"))
    page = text_of(alice.client.get(f"{PAGE}purges/{run.id}/"))
    assert run.proof_sha256 in page
    assert "fits the list" in page
    assert "Dana" not in page
    with tenant_scope(alice.institution.id):
        PurgedThing.objects.update(count=7)
    assert "the list was changed" in text_of(alice.client.get(f"{PAGE}purges/{run.id}/"))


def test_two_owners_release_a_hold(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_old(days=31)
        olga = _person(accounts.add_member(email="olga@north.example", password=PASSWORD, role=Role.OWNER))
    new = f"{PAGE}holds/new/"
    shown = text_of(alice.client.get(f"{new}?scope=session&subject_id={session.id}"))
    assert f'value="{session.id}"' in shown
    words = {"scope": "session", "subject_id": str(session.id), "reason": "A complaint.", "case_ref": "7"}
    placed = alice.client.post(new, words, follow=True)
    assert "Nothing of it is deleted until two persons release it." in text_of(placed)
    with tenant_scope(alice.institution.id):
        hold = LegalHold.objects.get()
        assert purge().held_count == 2
    act = f"{PAGE}holds/{hold.id}"
    alice.client.post(f"{act}/ask-release/")
    assert "You asked; another owner must agree" in text_of(alice.client.get(f"{PAGE}holds/"))
    assert alice.client.post(f"{act}/release/").status_code == 409
    assert "Release, as" in text_of(olga.client.get(f"{PAGE}holds/"))
    olga.client.post(f"{act}/release/")
    with tenant_scope(alice.institution.id):
        assert LegalHold.objects.get().released_by == olga.user
        assert purge().deleted_count == 2


def test_a_hold_that_is_still_needed_is_looked_at_later(alice: Person) -> None:
    alice.client.post(f"{PAGE}holds/new/", {"scope": "institution", "reason": "A dispute."})
    with tenant_scope(alice.institution.id):
        LegalHold.objects.update(review_at=timezone.now() - timedelta(days=1))
        hold = LegalHold.objects.get()
    assert ">due<" in text_of(alice.client.get(f"{PAGE}holds/"))
    alice.client.post(f"{PAGE}holds/{hold.id}/keep/")
    assert ">due<" not in text_of(alice.client.get(f"{PAGE}holds/"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "This field is required."),
        ({"subject_id": "seven"}, "Enter a valid UUID."),
        ({"subject_id": "11111111-1111-4111-8111-111111111111"}, "There is nothing with this id here."),
        ({"subject_id": ""}, "There is nothing with this id here."),
        ({"scope": "planet"}, "Select a valid choice."),
    ],
)
def test_a_hold_on_nothing_is_refused(alice: Person, changes: dict[str, str], words: str) -> None:
    told = {"scope": "session", "subject_id": "", "reason": "A complaint."}
    response = alice.client.post(f"{PAGE}holds/new/", told | changes)
    assert response.status_code == 422
    assert words in text_of(response)
    with tenant_scope(alice.institution.id):
        assert not LegalHold.objects.exists()


def test_only_owners_change_and_auditors_read_what_was_deleted(alice: Person, bob: Person) -> None:
    with tenant_scope(alice.institution.id):
        member = accounts.add_member(email="audrey@north.example", password=PASSWORD, role=Role.AUDITOR)
    auditor = _person(member)
    for path in ("", "holds/", "holds/new/"):
        assert bob.client.get(f"{PAGE}{path}").status_code == 403
        assert auditor.client.get(f"{PAGE}{path}").status_code == 403
    assert bob.client.get(f"{PAGE}purges/").status_code == 403
    assert auditor.client.get(f"{PAGE}purges/").status_code == 200

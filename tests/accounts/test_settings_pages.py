"""The pages of the institution, its API keys and the audit log."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import api_keys, audit, audit_reading
from accounts.audit_words import ACTIONS
from accounts.models import ApiKey, AuditEntry, Institution, Scope
from accounts.tenancy import tenant_scope
from tests.conftest import Person

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
NEW_KEY = {"name": "LMS", "scopes": ["read", "write"], "days": "90"}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def key_in(page: str) -> str:
    found = re.search(r'<code id="key">([^<]+)</code>', page)
    assert found is not None
    return found[1]


def make_key(person: Person, **changes: Any) -> api_keys.NewKey:
    with tenant_scope(person.institution.id):
        return api_keys.create(name="LMS", scopes=[Scope.READ], actor=person.user, **changes)


def opens(text: str) -> bool:
    answer = Client().get("/api/v1/exams/", headers={"authorization": f"Api-Key {text}"})
    return answer.status_code == 200


def test_a_key_is_shown_once_and_opens_the_api(alice: Person) -> None:
    assert "Make your first key" in text_of(alice.client.get("/settings/keys/"))

    made = alice.client.post("/settings/keys/new/", NEW_KEY)

    text = key_in(text_of(made))
    assert "no-store" in made["Cache-Control"]
    assert opens(text)
    with tenant_scope(alice.institution.id):
        key = ApiKey.objects.get()
    assert (key.name, key.scopes, key.made_by) == ("LMS", ["read", "write"], alice.user)
    assert key.expires_at is not None
    assert abs(key.expires_at - timezone.now() - timedelta(days=90)) < timedelta(minutes=5)
    listed = text_of(alice.client.get("/settings/keys/"))
    assert "see exams, candidates, sessions and reports" in listed
    assert text.partition(".")[2] not in listed


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["everything"]}, "Select a valid choice."),
        ({"days": "-1"}, "Select a valid choice."),
        ({"name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_refused_key_says_why(alice: Person, changes: dict[str, Any], words: str) -> None:
    response = alice.client.post("/settings/keys/new/", NEW_KEY | changes)
    assert response.status_code == 422
    assert words in text_of(response)
    with tenant_scope(alice.institution.id):
        assert not ApiKey.objects.exists()


def test_a_renewed_key_goes_on_for_a_day(alice: Person) -> None:
    before = make_key(alice)
    assert "goes on for 1 day" in text_of(alice.client.get(f"/settings/keys/{before.key.id}/renew/"))

    text = key_in(text_of(alice.client.post(f"/settings/keys/{before.key.id}/renew/")))

    assert opens(text)
    assert opens(before.text)
    with tenant_scope(alice.institution.id):
        old = ApiKey.objects.get(id=before.key.id)
        assert old.expires_at is not None
        assert not old.usable(timezone.now() + timedelta(days=1))
        entry = AuditEntry.objects.get(action="api_key.renewed")
    assert entry.detail == {"prefix": before.key.prefix, "new_prefix": text.partition(".")[0]}


def test_a_revoked_key_opens_nothing(alice: Person) -> None:
    made = make_key(alice)
    assert "cannot be undone" in text_of(alice.client.get(f"/settings/keys/{made.key.id}/revoke/"))

    page = text_of(alice.client.post(f"/settings/keys/{made.key.id}/revoke/", follow=True))

    assert "opens nothing any more" in page
    assert "Revoked" in page
    assert not opens(made.text)
    again = alice.client.post(f"/settings/keys/{made.key.id}/renew/", headers={"accept": "application/json"})
    assert (again.status_code, again.json()["code"]) == (409, "key_over")


def test_the_institution_is_changed(alice: Person) -> None:
    page = text_of(alice.client.post("/settings/", {"name": "Nord", "time_zone": "Europe/Oslo"}, follow=True))
    assert "Saved." in page
    institution = Institution.objects.get(id=alice.institution.id)
    assert (institution.name, institution.timezone) == ("Nord", "Europe/Oslo")
    refused = alice.client.post("/settings/", {"name": " ", "time_zone": "Mars/Olympus"})
    assert refused.status_code == 422


def test_who_is_mailed_of_critical_flags_is_chosen_by_role(alice: Person) -> None:
    body = {"name": "North", "time_zone": "UTC", "alert_roles": ["proctor", "owner"]}
    page = text_of(alice.client.post("/settings/", body, follow=True))
    assert page.count("checked") == 2
    assert Institution.objects.get(id=alice.institution.id).alert_roles == ["owner", "proctor"]
    with tenant_scope(alice.institution.id):
        assert AuditEntry.objects.order_by("-number")[0].detail["alert_roles"] == "owner, proctor"
    refused = alice.client.post("/settings/", {**body, "alert_roles": ["everybody"]})
    assert refused.status_code == 422
    alice.client.post("/settings/", {"name": "North", "time_zone": "UTC"})
    assert Institution.objects.get(id=alice.institution.id).alert_roles == []


def test_an_examiner_sees_none_of_it(bob: Person) -> None:
    for page in ("/settings/", "/settings/keys/", "/settings/keys/new/", "/settings/audit/"):
        assert bob.client.get(page).status_code == 403


def test_the_audit_log_names_people_and_things(alice: Person, bob: Person) -> None:
    make_key(bob)
    page = text_of(alice.client.get("/settings/audit/"))
    for words in ("bob@north.example", "Made an API key", "key “LMS”", "Added a member", "Invigil"):
        assert words in page


def test_the_audit_log_is_filtered(alice: Person, bob: Person) -> None:
    make_key(bob)
    wanted = {"actor": f"user:{bob.user.id}", "action": "api_key.created", "since": "2001-01-01"}
    page = text_of(alice.client.get("/settings/audit/", wanted))
    assert page.count("<tr>") == 2
    assert "Show all" in page
    assert "/audit/export.csv?since=2001-01-01" in page
    none = text_of(alice.client.get("/settings/audit/", {"until": "2001-01-01"}))
    assert "No entry fits." in none
    wrong = alice.client.get("/settings/audit/", {"since": "2026-02-02", "until": "2026-02-01"})
    assert wrong.status_code == 422
    assert "must not come after" in text_of(wrong)


def test_older_entries_are_on_the_next_page(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_reading, "ENTRIES_A_PAGE", 2)
    with tenant_scope(alice.institution.id):
        for number in range(3):
            audit.record(actor="system", action="exam.changed", subject=f"exam:{number}")
        first = audit_reading.page_of(audit_reading.Filters(), before=None)
        second = audit_reading.page_of(audit_reading.Filters(), before=first.next_before)
    assert [row.number for page in (first, second) for row in page.rows] == [4, 3, 2, 1]
    assert second.next_before is None
    assert alice.client.get("/settings/audit/", {"before": "x"}).status_code == 400


def test_the_chain_is_checked_when_asked(alice: Person) -> None:
    assert "The chain is whole" in text_of(alice.client.get("/settings/audit/", {"check": "1"}))
    with tenant_scope(alice.institution.id):
        last = AuditEntry.objects.order_by("-number").first()
        assert last is not None
        forged = AuditEntry(number=last.number + 1, at=last.at, actor="system", action="exam.created")
        forged.subject, forged.previous_hash, forged.entry_hash = "exam:1", "0" * 64, "0" * 64
        forged.save(force_insert=True)
    page = text_of(alice.client.get("/settings/audit/", {"check": "1"}))
    assert f"broken at entry {forged.number}" in page


def test_every_action_has_words() -> None:
    """Every action that the code records, found in its source."""
    found = {
        action
        for app in ("accounts", "jobs", "webhooks", "exams", "proctoring", "reports")
        for path in (ROOT / app).rglob("*.py")
        for action in re.findall(r"\baction=\"([a-z_]+\.[a-z_]+)\"", path.read_text())
    }
    assert len(found) > 25
    assert found <= set(ACTIONS), found - set(ACTIONS)

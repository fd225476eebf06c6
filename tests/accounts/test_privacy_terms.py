"""What an institution promises about its data: the defaults, their limits, and how they change."""

from typing import Any

import pytest

from accounts import privacy_terms
from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry, PrivacyTerms
from accounts.privacy_terms import Wanted, change_terms, current_terms, days_of
from accounts.retention import PERIODS
from tests.conftest import Person

pytestmark = pytest.mark.django_db
DEFAULTS = {
    "evidence": 30,
    "after_decision": 30,
    "id_card": 7,
    "chat": 30,
    "report": 365,
    "log": 400,
    "identity": 400,
    "webhooks": 30,
}


def change(person: Person, *, is_confirmed: bool = False, **wanted: Any) -> PrivacyTerms:
    wanted = {"days": {}, "lawful_basis": "", "contact": ""} | wanted
    return change_terms(wanted=Wanted(**wanted), is_confirmed=is_confirmed, actor=person.user)


def test_without_a_word_the_defaults_hold_and_no_ground_is_claimed(scope: None) -> None:
    terms = current_terms()
    assert days_of(terms) == DEFAULTS
    assert (terms.lawful_basis, terms.contact, PrivacyTerms.objects.count()) == ("", "", 0)
    assert {period.data_class.value: period.default_days for period in PERIODS} == DEFAULTS
    assert all(period.least_days <= period.default_days <= period.most_days for period in PERIODS)


def test_longer_is_changed_at_once_and_written_down(alice: Person, scope: None) -> None:
    change(alice, days={"chat": 60}, lawful_basis="public_task", contact=" privacy@north.example ")
    terms = current_terms()
    assert (terms.chat_days, terms.lawful_basis, terms.contact) == (
        60,
        "public_task",
        "privacy@north.example",
    )
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.action, entry.actor) == ("privacy_terms.changed", f"user:{alice.user.id}")
    assert entry.detail["chat"] == {"before": 30, "after": 60}
    assert "privacy@north.example" not in str(entry.detail)


def test_shorter_must_be_confirmed(alice: Person, scope: None) -> None:
    with pytest.raises(Conflict) as refused:
        change(alice, days={"evidence": 7})
    assert (refused.value.code, refused.value.field) == ("shortening_unconfirmed", "confirm")
    assert current_terms().evidence_days == 30
    change(alice, days={"evidence": 7}, is_confirmed=True)
    assert current_terms().evidence_days == 7


def test_what_says_the_same_is_not_written_down_again(alice: Person, scope: None) -> None:
    change(alice, contact="privacy@north.example")
    before = AuditEntry.objects.count()
    change(alice, contact="privacy@north.example")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("wanted", "code", "field"),
    [
        ({"days": {"log": 182}}, "days_out_of_range", "log"),
        ({"days": {"evidence": 0}}, "days_out_of_range", "evidence"),
        ({"days": {"webhooks": 366}}, "days_out_of_range", "webhooks"),
        ({"days": {"report": 59}}, "report_too_short", "report"),
        ({"days": {"log": 401}}, "identity_too_short", "identity"),
        ({"days": {"faces": 1}}, "class_unknown", "faces"),
        ({"lawful_basis": "because"}, "basis_unknown", "lawful_basis"),
        ({"contact": "x" * 201}, "contact_unusable", "contact"),
        ({"contact": "a\nb"}, "contact_unusable", "contact"),
    ],
)
def test_what_cannot_be_is_refused(
    alice: Person, scope: None, wanted: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        change(alice, is_confirmed=True, **wanted)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert days_of(current_terms()) == DEFAULTS


def test_everybody_locks_the_same_row(scope: None) -> None:
    assert privacy_terms.locked_terms().pk == privacy_terms.locked_terms().pk
    assert PrivacyTerms.objects.count() == 1

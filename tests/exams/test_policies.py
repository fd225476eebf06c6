"""An institution's own policies: their names, who finds them, and when they may go."""

import json
from typing import Any

import pytest

from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from analysis.risk.library import load_policy
from analysis.risk.policy import PolicyError
from exams.forms import ExamForm
from exams.models import Exam, RiskPolicy
from exams.policies import delete_policy, find_policy, save_policy, usable_names
from tests.conftest import Person
from tests.factories import make_exam

pytestmark = pytest.mark.django_db


def document(name: str, **changes: Any) -> dict[str, Any]:
    return {**json.loads(load_policy("default").source), "name": name, **changes}


def save(name: str = "strict", policy: RiskPolicy | None = None, **changes: Any) -> RiskPolicy:
    return save_policy(
        name=name, base="default", document=document(name, **changes), policy=policy, actor=None
    )


def test_a_policy_is_kept_found_and_offered(scope: None) -> None:
    saved = save()
    assert (saved.name, saved.base, saved.sha256) == ("strict", "default", find_policy("strict").sha256)
    assert usable_names()[-1] == "strict"
    assert ("strict", "strict") in ExamForm().fields["risk_policy"].choices
    entry = AuditEntry.objects.get(action="policy.created")
    assert entry.detail == {"name": "strict", "sha256": saved.sha256}


def test_another_institution_does_not_know_it(scope: None, charlie: Person) -> None:
    save()
    with tenant_scope(charlie.institution.id):
        assert "strict" not in usable_names()
        with pytest.raises(PolicyError):
            find_policy("strict")


@pytest.mark.parametrize("name", ["default", "Default", "seed1", "STRICT"])
def test_a_name_belongs_to_one_policy(scope: None, name: str) -> None:
    save()
    with pytest.raises(Conflict) as refused:
        save(name)
    assert (refused.value.code, refused.value.field) == ("policy_name_taken", "name")


@pytest.mark.parametrize("name", ["", "../x", " strict", "a" * 81, "a/b"])
def test_a_name_is_plain(scope: None, name: str) -> None:
    with pytest.raises(DomainError) as refused:
        save(name or "?")
    assert refused.value.code == "policy_name"


def test_rules_that_cannot_be_used_are_refused_in_words(scope: None) -> None:
    with pytest.raises(DomainError) as refused:
        save(rules=[{"id": "A"}])
    assert "rules[0]" in refused.value.message
    assert not RiskPolicy.objects.exists()


def test_exams_follow_a_new_name(scope: None) -> None:
    saved = save()
    exam = make_exam(risk_policy="strict")
    save("stricter", saved)
    exam.refresh_from_db()
    assert (exam.risk_policy, RiskPolicy.objects.count()) == ("stricter", 1)


def test_a_policy_in_use_stays(scope: None) -> None:
    saved = save()
    make_exam(title="Logic I", risk_policy="strict")
    with pytest.raises(Conflict) as refused:
        delete_policy(policy=saved, actor=None)
    assert "Logic I" in refused.value.message
    Exam.objects.update(risk_policy="default")
    delete_policy(policy=saved, actor=None)
    assert not RiskPolicy.objects.exists()

"""All parts of a policy as its document: kept, tried on a past sitting, and refused by rule and key."""

import json
from typing import Any

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.roles import Role
from analysis.risk.library import load_policy
from analysis.risk.reading import PolicyError
from exams.models import RiskPolicy
from exams.policies import find_policy, save_policy
from proctoring.policy_document import mistake
from tests.conftest import PASSWORD, Person, _person
from tests.reports.sittings import make_finished_sitting

pytestmark = pytest.mark.django_db


def default_document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(load_policy("default").source)
    return document


@pytest.fixture
def policy(scope: None) -> RiskPolicy:
    document = {**default_document(), "name": "ours"}
    return save_policy(name="ours", base="default", document=document, policy=None, actor=None)


def address(policy: RiskPolicy) -> str:
    return reverse("proctoring:policy-document", args=[policy.id])


def test_the_page_holds_the_whole_document_and_what_the_editor_offers(
    alice: Person, policy: RiskPolicy
) -> None:
    page = alice.client.get(address(policy))
    assert json.loads(page.context["form"]["document"].value()) == policy.document
    editor = page.context["editor"]
    assert {"face_count", "looking_away", "phone"} <= set(editor["signals"])
    assert ("abs>=" in editor["operators"], "video" in editor["streams"]) == (True, True)
    assert address(policy) in alice.client.get(reverse("proctoring:policy-edit", args=[policy.id])).text


def test_every_part_can_be_changed(alice: Person, policy: RiskPolicy) -> None:
    document = default_document()
    document["rules"] = [*document["rules"][1:], document["rules"][0]]
    document["rules"].append(
        {
            "id": "QUIET_AND_AWAY",
            "when": {
                "all": [
                    {"signal": "looking_away", "op": "==", "value": True},
                    {"not": {"any": [{"signal": "speech", "op": "==", "value": True}]}},
                ]
            },
            "for_ms": 9000,
        }
    )
    document["ledgers"]["slow"] = {"cap": 50, "decay": {"points": 1, "every_ms": 60_000}}
    document["report"]["recommend"] = [{"then": "REVIEW_REQUIRED"}]
    sent = {"name": "ours", "document": json.dumps(document)}
    assert alice.client.post(address(policy), sent).status_code == 302
    kept = find_policy("ours")
    assert [rule.id for rule in kept.rules[-2:]] == [document["rules"][-2]["id"], "QUIET_AND_AWAY"]
    assert [ledger.name for ledger in kept.ledgers][-1:] == ["temporary"]
    assert {ledger.name for ledger in kept.ledgers} == {"temporary", "permanent", "slow"}
    assert [step.then for step in kept.recommend] == ["REVIEW_REQUIRED"]


def test_a_preview_saves_nothing(alice: Person, policy: RiskPolicy) -> None:
    session = make_finished_sitting()
    document = {**default_document(), "rules": [{"id": "GONE", "on": "tab_hidden"}], "report": {}}
    sent = {"name": "ours", "document": json.dumps(document), "session": str(session.id), "preview": "1"}
    shown = alice.client.post(address(policy), sent).context["preview"]
    assert [flag.label for flag in shown.gained] == ["Gone"]
    assert {flag.label for flag in shown.lost} == {"No face in view", "Left the exam's tab"}
    policy.refresh_from_db()
    assert policy.document == {**default_document(), "name": "ours"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This field is required."),
        ("{", "This is not JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        ("[1]", "A policy is an object: it begins with { and ends with }."),
        ('{"a": NaN}', "This is not JSON: NaN is not a number of JSON."),
        ("[" * 100_000, "This is not JSON"),
        ('{"ruels": []}', "ruels: is not a known key; did you mean &#x27;rules&#x27;?"),
        (
            '{"rules": [{"id": "A", "on": "x", "for_ms": 5}]}',
            "rule A, for_ms: has no meaning for a rule on an",
        ),
        ('{"rules": [{"on": "x"}]}', "rule 1, without an id, id: is missing."),
        ('{"rules": [{"id": "A"}]}', "rule A: it must hold either when"),
        (
            '{"rules": [{"id": "A", "when": {"any": [{"signal": "a", "op": "~", "value": 1}]}}]}',
            "rule A, when.any[0].op: must be one of",
        ),
        ('{"report": {"recommend": [{"then": "FAIL"}]}}', "step 1 of the ladder, then: must be one of"),
    ],
)
def test_a_mistake_is_named_by_rule_and_key(alice: Person, policy: RiskPolicy, text: str, words: str) -> None:
    answer = alice.client.post(address(policy), {"name": "ours", "document": text})
    assert (answer.status_code, words in answer.text) == (422, True), answer.context["form"].errors
    policy.refresh_from_db()
    assert policy.document == {**default_document(), "name": "ours"}


def test_a_mistake_without_a_place_is_said_too() -> None:
    assert mistake(PolicyError("", "is not plain JSON"), {}) == "The policy is not plain JSON."
    assert (
        mistake(PolicyError("rules[7].id", "is missing"), {"rules": 3})
        == "rule 8, without an id, id: is missing."
    )


def test_an_auditor_and_another_institution_stay_out(
    alice: Person, charlie: Person, policy: RiskPolicy
) -> None:
    auditor = _person(accounts.add_member(email="a@north.example", password=PASSWORD, role=Role.AUDITOR))
    assert auditor.client.get(address(policy)).status_code == 403
    assert charlie.client.get(address(policy)).status_code == 404

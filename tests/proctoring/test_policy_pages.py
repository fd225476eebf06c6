"""The policy pages: copying, changing, trying on a past sitting, deleting."""

import re

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.roles import Role
from exams.models import RiskPolicy
from proctoring.models import RiskState
from proctoring.services.risk import exam_policy
from tests.conftest import PASSWORD, Person, _person
from tests.factories import make_exam, make_session
from tests.proctoring.sittings import make_sitting
from tests.reports.sittings import make_finished_sitting

pytestmark = pytest.mark.django_db

COPY = reverse("proctoring:policy-new", args=["default"])


def fields(html: str) -> dict[str, str]:
    """What a browser would send of the form on a page."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = value[1] if value else "on"
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', html, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def place_of(person: Person, rule: str) -> str:
    drafts = person.client.get(COPY).context["form"].drafts
    return f"r{[draft.id for draft in drafts].index(rule)}"


def test_the_list_says_what_there_is(scope: None, alice: Person) -> None:
    page = alice.client.get(reverse("proctoring:policies")).text
    assert "None yet" in page
    assert f'href="{COPY}"' in page


def test_an_unchanged_copy_is_the_same_rules_under_another_name(scope: None, alice: Person) -> None:
    sent = {**fields(alice.client.get(COPY).text), "name": "ours"}
    answer = alice.client.post(COPY, sent)
    assert answer.status_code == 302
    policy = RiskPolicy.objects.get(name="ours")
    base = exam_policy(make_session(make_exam()))
    session = make_session(make_exam(risk_policy="ours"))
    assert exam_policy(session).sha256 == policy.sha256
    assert exam_policy(session).rules == base.rules
    assert policy.author == alice.user


def test_a_rule_is_changed_and_another_is_off(scope: None, alice: Person) -> None:
    nobody, tab = place_of(alice, "NO_FACE"), place_of(alice, "TAB_HIDDEN")
    sent = {
        **fields(alice.client.get(COPY).text),
        "name": "ours",
        f"{nobody}-for": "6.5",
        f"{nobody}-severity": "critical",
        f"{nobody}-points0": "12",
    }
    del sent[f"{tab}-on"]
    alice.client.post(COPY, sent)
    policy = RiskPolicy.objects.get(name="ours")
    rules = {rule["id"]: rule for rule in policy.document["rules"]}
    assert "TAB_HIDDEN" not in rules
    assert (rules["NO_FACE"]["for_ms"], rules["NO_FACE"]["severity"]) == (6500, "critical")
    assert rules["NO_FACE"]["effects"] == [{"ledger": "temporary", "add": 12}]

    page = alice.client.get(reverse("proctoring:policy-edit", args=[policy.id]))
    assert f"{tab}-on" not in fields(page.text)
    assert fields(page.text)[f"{nobody}-for"] == "6.5"


def test_what_would_differ_for_a_past_sitting(scope: None, alice: Person) -> None:
    session = make_finished_sitting()
    before = RiskState.objects.get(session=session).final_digest
    nobody, tab = place_of(alice, "NO_FACE"), place_of(alice, "TAB_HIDDEN")
    sent = {
        **fields(alice.client.get(COPY).text),
        "name": "ours",
        f"{nobody}-for": "60",
        f"{tab}-severity": "critical",
        "session": str(session.id),
        "preview": "1",
    }
    page = alice.client.post(COPY, sent)
    shown = page.context["preview"]
    assert [(flag.label, flag.since_ms) for flag in shown.lost] == [("No face in view", 5000)]
    assert (shown.gained, shown.kept, shown.before.flags, shown.after.flags) == ((), 1, 2, 1)
    assert (shown.before.integrity_milli, shown.after.integrity_milli) == (95_000, 97_000)
    assert "Gone: <strong>No face in view</strong>" in page.text
    assert not RiskPolicy.objects.exists()
    assert RiskState.objects.get(session=session).final_digest == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "default"}, "There is a policy called “default” already."),
        ({"name": ""}, "This field is required."),
        ({"name": "a/b"}, "begins with a letter or digit"),
        ({"name": "ours", "r0-for": "-1"}, "greater than or equal to 0"),
        ({"name": "ours", "r0-points0": "many"}, "Enter a number."),
        ({"name": "ours", "r0-severity": "deadly"}, "Select a valid choice"),
        ({"name": "ours", "preview": "1"}, "Choose the sitting to try the rules on."),
    ],
)
def test_what_cannot_be_is_said(scope: None, alice: Person, changes: dict[str, str], words: str) -> None:
    answer = alice.client.post(COPY, {**fields(alice.client.get(COPY).text), **changes})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert not RiskPolicy.objects.exists()


def test_a_flag_that_is_raised_at_another_moment_is_moved(scope: None, alice: Person) -> None:
    session = make_finished_sitting()
    nobody = place_of(alice, "NO_FACE")
    sent = {
        **fields(alice.client.get(COPY).text),
        "name": "ours",
        f"{nobody}-for": "4",
        "session": str(session.id),
        "preview": "1",
    }
    page = alice.client.post(COPY, sent)
    shown = page.context["preview"]
    assert (shown.gained, shown.lost, shown.kept) == ((), (), 1)
    (moved,) = shown.moved
    assert (moved.label, moved.before_ms, moved.after_ms) == ("No face in view", 8000, 9000)
    assert "Moved: <strong>No face in view</strong>" in page.text


def test_an_exam_that_has_begun_keeps_its_rules_for_everybody(scope: None, alice: Person) -> None:
    alice.client.post(COPY, {**fields(alice.client.get(COPY).text), "name": "ours"})
    policy = RiskPolicy.objects.get(name="ours")
    exam = make_exam(risk_policy="ours")
    begun = make_sitting(exam, name="First")
    before = RiskState.objects.get(session=begun).policy_sha256
    address = reverse("proctoring:policy-edit", args=[policy.id])
    sent = fields(alice.client.get(address).text)
    sent[f"{place_of(alice, 'NO_FACE')}-for"] = "20"
    assert alice.client.post(address, sent).status_code == 302
    policy.refresh_from_db()
    assert policy.sha256 != before
    second = make_session(exam, name="Second")
    assert exam_policy(second).sha256 == before
    assert exam_policy(make_session(make_exam(risk_policy="ours"), name="Third")).sha256 == policy.sha256
    exam.risk_policy = "default"
    exam.save()
    second.exam.refresh_from_db()
    assert exam_policy(second).name == "default"


def test_an_unknown_base_is_not_found(scope: None, alice: Person) -> None:
    for base in ("nothing", "/etc/hostname", "manage.py"):
        assert alice.client.get(reverse("proctoring:policy-new", args=[base])).status_code == 404


def test_an_auditor_only_reads(scope: None, alice: Person) -> None:
    auditor = _person(accounts.add_member(email="a@north.example", password=PASSWORD, role=Role.AUDITOR))
    assert "Copy and change" not in auditor.client.get(reverse("proctoring:policies")).text
    assert auditor.client.get(COPY).status_code == 403


def test_a_policy_in_use_cannot_be_deleted(scope: None, alice: Person) -> None:
    alice.client.post(COPY, {**fields(alice.client.get(COPY).text), "name": "ours"})
    policy = RiskPolicy.objects.get(name="ours")
    exam = make_exam(risk_policy="ours")
    address = reverse("proctoring:policy-delete", args=[policy.id])
    assert alice.client.post(address).status_code == 409
    exam.delete()
    assert alice.client.post(address).status_code == 302
    assert not RiskPolicy.objects.exists()

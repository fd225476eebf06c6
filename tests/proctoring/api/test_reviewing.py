"""The review over the API: the queue, a sitting's moments, and what only a person may decide."""

import uuid
from typing import Any

import pytest

from accounts import api_keys
from accounts.api_keys import Scope
from exams.models import Session
from proctoring.models import Review, ReviewState, Verdict
from proctoring.services.reviewing import claim_review
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.ended import make_ended, make_flag_at

pytestmark = pytest.mark.usefixtures("scope")

API = "/api/v1"


def get(person: Person, path: str) -> Any:
    answer = person.client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def post(person: Person, session: Session, what: str, **body: Any) -> Any:
    path = f"{API}/sessions/{session.id}/review/{what}/"
    return person.client.post(path, body, content_type="application/json")


def test_the_queue_in_its_order_page_by_page(alice: Person) -> None:
    exam = make_exam(title="Logic")
    for name, severity in (("Ann", "info"), ("Bea", "critical"), ("Cid", "warning")):
        make_flag_at(make_ended(exam, name=name), 10, severity=severity)
    make_ended(name="Other exam")

    whole = get(alice, f"/review/?exam={exam.id}")
    first = get(alice, f"/review/?exam={exam.id}&page_size=2")
    progress = get(alice, f"/review/progress/?exam={exam.id}")

    assert [row["candidate_name"] for row in whole["results"]] == ["Bea", "Cid", "Ann"]
    assert (whole["next"], len(first["results"])) == (None, 2)
    assert alice.client.get(first["next"]).json()["results"][0]["candidate_name"] == "Ann"
    top = whole["results"][0]
    assert (top["severity"], top["waiting_moments"], top["reasons"]) == (
        "critical",
        1,
        ["A critical flag waits."],
    )
    assert progress == {
        "decided": 0,
        "total": 3,
        "listed": 3,
        "expected_ms": 90_000,
        "per_moment_ms": 30_000,
        "is_measured": False,
    }


def test_the_queue_is_filtered(alice: Person, bob: Person) -> None:
    taken = make_ended(name="Taken")
    make_ended(name="Free")
    claim_review(session=taken, actor=bob.user)

    def names(query: str) -> list[str]:
        return [row["candidate_name"] for row in get(alice, f"/review/?{query}")["results"]]

    assert names(f"reviewer={bob.user.id}") == ["Taken"]
    assert names("unassigned=true") == ["Free"]
    assert names("state=in_review") == ["Taken"]
    assert names("state=decided") == []
    assert alice.client.get(f"{API}/review/?state=odd").status_code == 400
    assert alice.client.get(f"{API}/review/?reviewer=nobody").status_code == 400


def test_from_the_first_flag_to_the_decision_and_back(alice: Person) -> None:
    session = make_ended()
    one, two = make_flag_at(session, 10), make_flag_at(session, 12)
    lamp = [make_flag_at(session, at_s, rule="CAMERA_BLOCKED", label="Dark") for at_s in (100, 200)]

    review = get(alice, f"/sessions/{session.id}/review/")
    assert (review["state"], review["waiting_flags"], review["decision"]) == ("unreviewed", 4, None)
    assert [[flag["id"] for flag in moment["flags"]] for moment in review["moments"]] == [
        [str(one.id), str(two.id)],
        *([str(flag.id)] for flag in lamp),
    ]

    early = post(alice, session, "decide", recommendation="PASS", reason="Nothing.")
    assert (early.status_code, early.json()["code"]) == (409, "flags_unreviewed")

    flags = [str(one.id), str(two.id)]
    given = post(alice, session, "verdicts", flags=flags, decision="dismissed", reason="A pen.")
    assert (given.status_code, given.json()["waiting_flags"]) == (200, 2)
    assert given.json()["reviewer"] == str(alice.user)
    undone = post(alice, session, "undo")
    assert undone.json()["waiting_flags"] == 4
    post(alice, session, "verdicts", flags=flags, decision="dismissed", reason="A pen.")
    dark = post(alice, session, "technical", rule="CAMERA_BLOCKED", reason="The lamp broke.")
    assert (dark.json()["waiting_flags"], dark.json()["can_be_decided"]) == (0, True)

    decided = post(alice, session, "decide", recommendation="PASS", reason="Nothing.").json()
    assert decided["state"] == "decided"
    assert {name: decided["decision"][name] for name in ("recommendation", "reason", "decided_by")} == {
        "recommendation": "PASS",
        "reason": "Nothing.",
        "decided_by": str(alice.user),
    }
    late = post(alice, session, "verdicts", flags=flags, decision="confirmed", reason="No pen.")
    assert (late.status_code, late.json()["code"]) == (409, "session_decided")
    opened = post(alice, session, "reopen", reason="A witness.").json()
    assert (opened["state"], opened["decision"]) == ("in_review", None)
    assert post(alice, session, "release").json()["state"] == "unreviewed"


def test_what_was_decided_before_is_told(alice: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    assert get(alice, f"/flags/{flag.id}/verdicts/")["results"] == []
    for decision in ("dismissed", "confirmed"):
        post(alice, session, "verdicts", flags=[str(flag.id)], decision=decision, reason=f"{decision}.")
    post(alice, session, "undo")

    told = get(alice, f"/flags/{flag.id}/verdicts/")["results"]

    assert [(one["decision"], one["reason"], one["was_taken_back"]) for one in told] == [
        ("confirmed", "confirmed.", True),
        ("dismissed", "dismissed.", False),
    ]
    assert {one["replaced_by"] for one in told} == {str(alice.user)}


def test_two_people_do_not_do_the_same(alice: Person, bob: Person) -> None:
    session = make_ended()
    assert post(bob, session, "claim").json()["reviewer"] == str(bob.user)

    refused = post(alice, session, "claim")
    taken = post(alice, session, "claim", take_over=True)

    assert (refused.status_code, refused.json()["code"]) == (409, "in_review_elsewhere")
    assert (taken.status_code, Review.objects.get().reviewer) == (200, alice.user)


def test_no_program_decides(alice: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    key = api_keys.create(name="lms", scopes=list(Scope), actor=alice.user)
    headers = {"Authorization": f"Api-Key {key.text}"}
    alice.client.logout()

    sent: dict[str, dict[str, Any]] = {
        "claim": {},
        "verdicts": {"flags": [str(flag.id)], "decision": "dismissed", "reason": "A pen."},
        "technical": {"rule": "NO_FACE", "reason": "Dark."},
        "decide": {"recommendation": "PASS", "reason": "Nothing."},
        "reopen": {"reason": "Nothing."},
        "undo": {},
        "release": {},
    }
    for what, body in sent.items():
        path = f"{API}/sessions/{session.id}/review/{what}/"
        answer = alice.client.post(path, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "person_needed"), what

    assert not Verdict.objects.exists()
    assert not Review.objects.exclude(state=ReviewState.UNREVIEWED).exists()
    assert alice.client.get(f"{API}/review/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("what", "body", "status", "field"),
    [
        ("verdicts", {"flags": [], "decision": "dismissed", "reason": "A pen."}, 400, "flags"),
        ("verdicts", {"flags": "x", "decision": "dismissed", "reason": "A pen."}, 400, "flags"),
        (
            "verdicts",
            {"flags": [str(uuid.uuid4())], "decision": "dismissed", "reason": "A pen."},
            404,
            None,
        ),
        ("verdicts", {"flags": [str(uuid.uuid4())], "decision": "guilty", "reason": "x"}, 400, "decision"),
        ("decide", {"recommendation": "FAIL", "reason": "x"}, 400, "recommendation"),
        ("decide", {"recommendation": "PASS", "reason": ""}, 400, "reason"),
        ("reopen", {"reason": "x"}, 409, None),
        ("claim", {"take_over": "yes"}, 400, "take_over"),
        ("release", {}, 409, None),
        ("technical", {"rule": "NO_FACE", "reason": "Dark."}, 409, None),
    ],
)
def test_bad_input_is_refused_in_words(
    alice: Person, what: str, body: dict[str, Any], status: int, field: str | None
) -> None:
    answer = post(alice, make_ended(), what, **body)

    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.json()["message"]

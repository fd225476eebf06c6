"""Exams and their candidates over the API."""

from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts.models import AuditEntry, Scope, StoredAnswer
from accounts.tenancy import tenant_scope
from exams import roster
from exams.models import Candidate, Exam, Session
from tests.conftest import Person
from tests.factories import make_exam, make_running_session, make_session

pytestmark = pytest.mark.django_db
API = "/api/v1"
LOGIC = {"title": "Logic I", "duration_minutes": 90}


def send(person: Person, method: str, path: str, body: Any = None, **more: Any) -> Any:
    json = {} if body is None else {"data": body, "content_type": "application/json"}
    return getattr(person.client, method)(f"{API}{path}", **json, **more)


def upload(person: Person, exam: Exam, content: bytes, content_type: str = "text/csv") -> Any:
    path = f"{API}/exams/{exam.id}/candidates/import/"
    return person.client.post(path, content, content_type=content_type)


def test_an_exam_is_made_read_and_changed(bob: Person) -> None:
    made = send(
        bob, "post", "/exams/", {**LOGIC, "opens_at": "2030-01-31T10:00:00+01:00", "watch_audio": True}
    )
    assert made.status_code == 201
    body = made.json()
    assert (body["title"], body["opens_at"]) == ("Logic I", "2030-01-31T09:00:00Z")
    assert (body["watch_webcam"], body["watch_audio"], body["risk_policy"]) == (True, True, "default")
    address = f"/exams/{body['id']}/"
    assert send(bob, "get", address).json() == body
    changed = send(bob, "patch", address, {"title": "Logic II", "opens_at": None, "allowed_tabs": 3}).json()
    assert changed == {**body, "title": "Logic II", "opens_at": None, "allowed_tabs": 3}
    with tenant_scope(bob.institution.id):
        assert Exam.objects.get().created_by == bob.user
        last = AuditEntry.objects.order_by("-number")[0]
        assert (last.actor, last.action) == (f"user:{bob.user.id}", "exam.changed")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"title": None}, "null", "title"),
        ({"title": 5}, "invalid_type", "title"),
        ({"title": "a" * 201}, "max_length", "title"),
        ({"title": "\u200b \u2060"}, "invalid", "title"),
        ({"duration_minutes": 2**40}, "max_value", "duration_minutes"),
        ({"duration_minutes": "90"}, "invalid_type", "duration_minutes"),
        ({"duration_minutes": True}, "invalid_type", "duration_minutes"),
        ({"duration_minutes": 1.5}, "invalid_type", "duration_minutes"),
        ({"duration_minutes": 0}, "min_value", "duration_minutes"),
        ({"duration_minutes": -5}, "min_value", "duration_minutes"),
        ({"duration_minutes": 5_256_000}, "max_value", "duration_minutes"),
        ({"opens_at": "2026-02-30T00:00:00Z"}, "invalid", "opens_at"),
        ({"opens_at": "infinity"}, "invalid", "opens_at"),
        ({"opens_at": "99999-01-01T00:00:00Z"}, "invalid", "opens_at"),
        ({"opens_at": "2030-01-01T00:00:00"}, "no_zone", "opens_at"),
        ({"opens_at": "2030-01-01T00:00:00+25:00"}, "invalid", "opens_at"),
        ({"opens_at": "2031-01-01T00:00:00Z", "closes_at": "2030-01-01T00:00:00Z"}, "invalid", "closes_at"),
        ({"content_url": "javascript:alert(1)"}, "invalid", "content_url"),
        ({"risk_policy": "none such"}, "invalid", "risk_policy"),
        ({"watch_webcam": False, "watch_identity": True}, "invalid", "watch_identity"),
        ({"watch_webcam": "yes"}, "invalid_type", "watch_webcam"),
        ({"allowed_tabs": 21}, "max_value", "allowed_tabs"),
        ({"tenant_id": "x"}, "unknown_field", "tenant_id"),
    ],
)
def test_a_wrong_exam_is_refused(alice: Person, change: Any, code: str, field: str) -> None:
    answer = send(alice, "post", "/exams/", {**LOGIC, **change})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    with tenant_scope(alice.institution.id):
        assert not Exam.objects.exists()


def test_what_was_agreed_to_does_not_change(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_running_session().exam
    answer = send(alice, "patch", f"/exams/{exam.id}/", {"watch_audio": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_agreed")


def test_exams_are_filtered(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        make_exam(title="Logic I")
        make_exam(title="Algebra")
    assert [one["title"] for one in send(alice, "get", "/exams/").json()["results"]] == ["Algebra", "Logic I"]
    found = send(alice, "get", "/exams/?title=log").json()["results"]
    assert [one["title"] for one in found] == ["Logic I"]
    assert send(alice, "get", "/exams/?opens_after=2030-01-01T00:00:00Z").json()["results"] == []


def test_candidates_are_added_and_found(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
    address = f"/exams/{exam.id}/candidates/"
    ada = {"external_id": "7", "name": "Ada Example", "email": "ada@example.com"}
    made = send(alice, "post", address, ada)
    body = made.json()
    assert made.status_code == 201
    assert (body["candidate_id"], body["candidate_name"], body["state"]) == ("7", "Ada Example", "invited")
    assert body["join_url"].startswith("http://localhost:8000/join/")
    assert send(alice, "post", address, ada).json()["code"] == "already_seated"
    assert [one["id"] for one in send(alice, "get", f"{address}?search=ada").json()["results"]] == [
        body["id"]
    ]
    assert send(alice, "get", f"{address}?state=running").json()["results"] == []


def test_who_may_not_change_exams_sees_no_link(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_session()
        key = api_keys.create(name="reads", scopes=[Scope.READ]).text
    headers = {"Authorization": f"Api-Key {key}"}
    shown = Client().get(f"{API}/sessions/{session.id}/", headers=headers).json()
    assert (shown["id"], shown["join_url"]) == (str(session.id), None)
    assert Client().post(f"{API}/sessions/{session.id}/link/", headers=headers).status_code == 403


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_list_is_imported_whole(alice: Person, encoding: str) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
    text = "external_id;name;email\r\n1;Zoë;zoe@example.com\r\n2;=HYPERLINK(1);\r\n"
    answer = upload(alice, exam, text.encode(encoding))
    assert (answer.status_code, answer.json()) == (201, {"added": 2})
    with tenant_scope(alice.institution.id):
        assert sorted(Candidate.objects.values_list("name", flat=True)) == ["=HYPERLINK(1)", "Zoë"]
    again = upload(alice, exam, text.encode(encoding))
    assert (again.status_code, again.json()["code"]) == (400, "list_refused")


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 400, "The list is empty."),
        (b"name\r\nAda\r\n", 400, "missing: external_id"),
        (
            b"external_id,name\r\n1,Ada\r\n1,Eve\r\n2\r\n",
            400,
            "Line 3: The external_id “1” is already in line 2.",
        ),
        (b'external_id,name\r\n1,"Ada\r\n', 400, "The quotation marks"),
        (b"external_id,name,email\r\n1,Ada,a@b.c\\nBcc: x\r\n", 400, "is not an email address"),
        (b"external_id,name,email\r\n1,Ada," + b"a" * 400 + b"\r\n", 400, "longer than 254"),
        (b"external_id,name\r\n" + b",x" * 2000, 400, "cells, but the header"),
        (b"external_id,name\r\n1,\x00\r\n", 400, "This is not a CSV file."),
        (
            b"external_id,name\r\n" + b"".join(b"%d,x\r\n" % n for n in range(roster.MAX_ROWS + 1)),
            400,
            "split",
        ),
        (b"a" * (roster.MAX_BYTES + 1), 413, "too large"),
    ],
    ids=range(10),
)
def test_a_wrong_list_is_refused(alice: Person, content: bytes, status: int, words: str) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
    answer = upload(alice, exam, content)
    assert answer.status_code == status
    assert words in answer.json()["message"]
    with tenant_scope(alice.institution.id):
        assert not Candidate.objects.exists()


def test_only_a_list_is_taken_for_one(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
    assert upload(alice, exam, b"{}", "application/json").status_code == 415


PYTHON = {"exam_name": "Python", "candidate_id": "cand_456", "duration_minutes": 180, "allowed_tabs": 2}


def test_a_session_is_booked_by_names_that_nobody_knew(alice: Person) -> None:
    made = send(alice, "post", "/sessions/", {**PYTHON, "start_time": "2030-12-15T10:00:00Z"})
    body = made.json()
    assert made.status_code == 201
    assert (body["exam_name"], body["candidate_id"], body["candidate_name"]) == (
        "Python",
        "cand_456",
        "cand_456",
    )
    with tenant_scope(alice.institution.id):
        exam = Exam.objects.get()
    assert (exam.duration_minutes, exam.allowed_tabs, str(exam.opens_at)) == (
        180,
        2,
        "2030-12-15 10:00:00+00:00",
    )
    assert send(alice, "get", f"/sessions/{body['id']}/").json() == body


def test_the_next_candidate_joins_the_same_exam_and_other_settings_make_another(alice: Person) -> None:
    first = send(alice, "post", "/sessions/", PYTHON).json()
    second = send(
        alice,
        "post",
        "/sessions/",
        {key: PYTHON[key] for key in PYTHON if key != "candidate_id"}
        | {"candidate": {"external_id": "8", "name": "Eve"}},
    ).json()
    longer = send(alice, "post", "/sessions/", {**PYTHON, "duration_minutes": 200}).json()
    assert first["exam"] == second["exam"] != longer["exam"]
    assert second["candidate_name"] == "Eve"
    again = send(alice, "post", "/sessions/", PYTHON)
    assert (again.status_code, again.json()["code"]) == (409, "already_seated")


def test_a_known_exam_is_named_by_its_id(alice: Person, charlie: Person) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_exam()
    wanted = {"exam": str(exam.id), "candidate_id": "1"}
    assert send(alice, "post", "/sessions/", wanted).json()["exam"] == str(exam.id)
    settled = send(alice, "post", "/sessions/", {**wanted, "allowed_tabs": 4})
    assert (settled.status_code, settled.json()["code"]) == (400, "exam_settled")
    foreign = send(charlie, "post", "/sessions/", wanted)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"candidate_id": "1"}, "one_of_two", "exam_name"),
        ({"exam_name": "A"}, "one_of_two", "candidate_id"),
        ({"exam": "x", "candidate_id": "1"}, "invalid", "exam"),
        ({"exam_name": "A", "candidate": {"name": "Ada"}}, "required", "candidate.external_id"),
        ({"exam_name": "A", "candidate": {"external_id": "1", "name": "A", "is_staff": 1}}, "unknown_field",
         "candidate.is_staff"),
        ({"exam_name": "A", "candidate": "Ada"}, "invalid", "candidate"),
        ({"exam_name": "A", "candidate_id": "1", "duration_minutes": 0}, "min_value", "duration_minutes"),
    ],
)  # fmt: skip
def test_a_wrong_session_is_refused(alice: Person, body: Any, code: str, field: str) -> None:
    answer = send(alice, "post", "/sessions/", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    with tenant_scope(alice.institution.id):
        assert not Session.objects.exists()


def test_a_booking_that_is_sent_again_is_made_once_and_no_link_is_stored(alice: Person) -> None:
    key = {"Idempotency-Key": "booking-1"}
    first = send(alice, "post", "/sessions/", PYTHON, headers=key)
    again = send(alice, "post", "/sessions/", PYTHON, headers=key)
    assert (first.status_code, again.content) == (201, first.content)
    with tenant_scope(alice.institution.id):
        assert Session.objects.count() == 1
        assert b"join" not in bytes(StoredAnswer.objects.get().sealed)


def test_sessions_are_filtered(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        running, waiting = make_running_session(), make_session()
    found = send(alice, "get", "/sessions/?state=running").json()["results"]
    assert [one["id"] for one in found] == [str(running.id)]
    found = send(alice, "get", f"/sessions/?exam={waiting.exam_id}").json()["results"]
    assert [one["id"] for one in found] == [str(waiting.id)]
    assert send(alice, "get", "/sessions/?state=asleep").json()["code"] == "invalid_choice"


def test_a_session_is_cancelled_and_its_link_made_anew_and_withdrawn(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_session()
    address = f"/sessions/{session.id}"
    before = send(alice, "get", f"{address}/").json()["join_url"]
    made = send(alice, "post", f"{address}/link/", {})
    assert (made.status_code, made.json()["join_url"] != before) == (201, True)
    assert send(alice, "delete", f"{address}/link/").status_code == 204
    assert send(alice, "delete", f"{address}/link/").status_code == 404
    assert send(alice, "post", f"{address}/cancel", {}).json()["state"] == "cancelled"
    assert send(alice, "post", f"{address}/cancel", {}).json()["code"] == "already_started"
    assert send(alice, "post", f"{address}/link/", {}).json()["code"] == "session_ended"

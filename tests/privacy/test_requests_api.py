"""Programs write down what candidates ask; persons begin it, take the copy and read the certificate."""

import io
import uuid
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from accounts.models import Scope
from exams.models import Candidate
from privacy.models import RequestKind, SubjectRequest
from privacy.services import erasing, handing_out
from tests.conftest import Person
from tests.privacy.people import make_person, make_request, run_job
from tests.privacy.test_api import API, key_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]
WHO = "Answered from the known address."


def test_a_copy_is_asked_for_made_and_taken(alice: Person) -> None:
    candidate = make_person()
    asked = {"kind": "access", "candidate_id": str(candidate.id), "words": "Everything, please."}
    opened = send(alice, "post", "/requests/", asked)
    told = opened.json()
    assert (opened.status_code, told["state"], told["candidate_id"]) == (201, "open", str(candidate.id))
    address = f"/requests/{told['id']}/"
    begun = send(alice, "post", f"{address}begin/", {"identity": WHO})
    assert (begun.status_code, begun.json()["state"]) == (202, "running")
    early = send(alice, "post", f"{address}copy.zip")
    assert (early.status_code, early.json()["code"]) == (410, "copy_not_there")
    run_job(handing_out.KIND)
    told = send(alice, "get", address).json()
    assert (told["state"], told["has_copy"], told["progress"]) == ("done", True, 1.0)
    copy = send(alice, "post", f"{address}copy.zip")
    assert "index.html" in ZipFile(io.BytesIO(copy.getvalue())).namelist()
    again = send(alice, "post", f"{address}copy.zip")
    assert (again.status_code, again.json()["code"]) == (410, "taken_already")
    assert send(alice, "get", f"{address}certificate/").json()["code"] == "no_certificate"
    assert [one["id"] for one in send(alice, "get", "/requests/").json()["results"]] == [told["id"]]


def test_an_erasure_wants_the_word_and_is_certified(alice: Person) -> None:
    candidate = make_person()
    session = candidate.sessions.get()
    asked = {"kind": "erasure", "candidate_id": str(candidate.id), "session_id": str(session.id)}
    address = f"/requests/{send(alice, 'post', '/requests/', asked).json()['id']}/"
    missing = send(alice, "post", f"{address}begin/", {"identity": WHO})
    assert (missing.status_code, missing.json()["code"], missing.json()["field"]) == (
        400,
        "word_missing",
        "word",
    )
    assert send(alice, "post", f"{address}begin/", {"identity": WHO, "confirm": "ERASE"}).status_code == 202
    again = send(alice, "post", f"{address}begin/", {"identity": WHO, "confirm": "ERASE"})
    assert (again.status_code, again.json()["code"]) == (409, "request_not_open")
    run_job(erasing.KIND)
    told = send(alice, "get", f"{address}certificate/").json()
    assert (told["subject"], told["deleted"]["session"]) == (f"session:{session.id}", 1)
    assert Candidate.objects.filter(id=candidate.id).exists()
    assert send(alice, "get", address).json()["state"] == "done"


def test_a_request_is_refused_with_a_reason(alice: Person) -> None:
    request = make_request(RequestKind.OBJECT, candidate=make_person())
    address = f"/requests/{request.id}/"
    begun = send(alice, "post", f"{address}begin/", {"identity": WHO})
    assert (begun.status_code, begun.json()["code"]) == (409, "nothing_to_begin")
    refused = send(alice, "post", f"{address}refuse/", {"reason": "Not yours to ask."}).json()
    assert (refused["state"], refused["refused_reason"]) == ("refused", "Not yours to ask.")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "party"}, 400),
        ({"kind": None}, 400),
        ({"candidate_id": str(uuid.uuid4())}, 404),
        ({"candidate_id": "1 OR 1=1"}, 400),
        ({"session_id": str(uuid.uuid4())}, 404),
        ({"words": "x" * 2001}, 400),
        ({"words": "a\x00b"}, 400),
        ({"asked_at": "2026-02-30T00:00:00Z"}, 400),
        ({"asked_at": "1999-01-01T00:00:00Z"}, 400),
        ({"institution": "other"}, 400),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any], status: int, alice: Person) -> None:
    asked = {"kind": "erasure", "candidate_id": str(make_person().id)}
    answer = send(alice, "post", "/requests/", asked | wrong)
    assert (answer.status_code, SubjectRequest.objects.count()) == (status, 0)


def test_only_an_erasure_is_of_one_sitting_and_of_the_persons_own(alice: Person) -> None:
    candidate, stranger = make_person(), make_person("Olga Other")
    asked = {"kind": "access", "candidate_id": str(candidate.id)}
    own = {"session_id": str(candidate.sessions.get().id)}
    theirs = {"kind": "erasure", "session_id": str(stranger.sessions.get().id)}
    assert send(alice, "post", "/requests/", asked | own).json()["code"] == "whole_candidate"
    assert send(alice, "post", "/requests/", asked | theirs).json()["code"] == "session_of_another"


def test_a_program_writes_down_and_begins_nothing(alice: Person) -> None:
    candidate = make_person()
    asked = {"kind": "erasure", "candidate_id": str(candidate.id)}
    call, headers = Client().post, key_of(alice, Scope.MANAGE)
    opened = call(f"{API}/requests/", asked, content_type="application/json", headers=headers)
    assert opened.status_code == 201
    address = f"{API}/requests/{opened.json()['id']}"
    told = {"identity": WHO, "confirm": "ERASE"}
    begun = call(f"{address}/begin/", told, content_type="application/json", headers=headers)
    assert begun.status_code == 403
    assert call(f"{address}/copy.zip", headers=headers).status_code == 403
    reader = key_of(alice, Scope.READ)
    assert Client().get(f"{API}/requests/", headers=reader).status_code == 403
    assert SubjectRequest.objects.get().state == "open"


def test_owners_alone_and_each_their_own(bob: Person, charlie: Person) -> None:
    request = make_request(candidate=make_person())
    assert send(bob, "get", "/requests/").status_code == 403
    assert send(charlie, "get", f"/requests/{request.id}/").status_code == 404
    assert send(charlie, "get", "/requests/").json()["results"] == []

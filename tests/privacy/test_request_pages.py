"""An owner writes down what a candidate asks, makes the copy or the erasure, and takes the proof away."""

import io
import json
from zipfile import ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.roles import Role
from exams.models import Candidate
from jobs.models import Job
from privacy import certificates
from privacy.models import RequestKind, RequestState, SubjectRequest
from privacy.services import erasing, handing_out
from tests.conftest import PASSWORD, Person
from tests.privacy.people import make_person, make_request, run_job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]
LIST = "/settings/requests/"


def long_ago(client: Client) -> None:
    """As if the person had shown who they are an hour before."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()


def is_sent_to_prove(answer: HttpResponse) -> bool:
    return (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/again/")


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_an_empty_list_says_what_it_is_for(alice: Person) -> None:
    assert "Nobody has asked yet" in page(alice.client, LIST)


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.PROCTOR, Role.AUDITOR])
def test_only_owners_see_requests(role: Role) -> None:
    member = services.add_member(email="eve@north.example", password=PASSWORD, role=role)
    client = Client()
    client.force_login(member.user)
    request = make_request(candidate=make_person())
    for address in (LIST, f"{LIST}new/", f"{LIST}{request.id}/", f"{LIST}{request.id}/erase/"):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("named", ["matriculation-dana-4711", "DANA@people.example"])
def test_a_request_is_written_down_for_somebody_who_is_named(named: str, alice: Person) -> None:
    candidate = make_person()
    asked = {"candidate": named, "kind": "access", "asked_on": "", "words": "What do you have?"}
    answer = alice.client.post(f"{LIST}new/", asked)
    request = SubjectRequest.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{request.id}/")
    assert (request.candidate, request.kind, request.words) == (candidate, "access", "What do you have?")
    assert round((request.due_at - timezone.now()).total_seconds() / 86400) == 30
    assert candidate.name in page(alice.client, LIST)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"candidate": "nobody"}, "Nobody has this external id"),
        ({"candidate": ""}, "Error:"),
        ({"kind": "party"}, "Error:"),
        ({"asked_on": "2026-02-30"}, "Error:"),
        ({"asked_on": "1999-01-01"}, "within the last year"),
        ({"asked_on": "2999-01-01"}, "within the last year"),
        ({"words": "x" * 2001}, "Error:"),
    ],
)
def test_what_cannot_be_is_said(wrong: dict[str, str], words: str, alice: Person) -> None:
    make_person()
    asked = {"candidate": "matriculation-dana-4711", "kind": "access", "asked_on": "", "words": ""}
    answer = alice.client.post(f"{LIST}new/", asked | wrong)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not SubjectRequest.objects.exists()


def test_a_copy_is_made_and_taken_on_the_pages(alice: Person) -> None:
    request = make_request(RequestKind.ACCESS, candidate=make_person(), words="")
    SubjectRequest.objects.update(identity_note="")
    address = f"{LIST}{request.id}/"
    assert "First: who asks?" in page(alice.client, address)
    early = alice.client.post(address, {"act": "copy"})
    assert (early.status_code, "made sure" in early.content.decode()) == (422, True)
    assert alice.client.post(address, {"act": "confirm", "words": " "}).status_code == 422
    alice.client.post(address, {"act": "confirm", "words": "Came with a passport."})
    assert "Came with a passport." in page(alice.client, address)
    alice.client.post(address, {"act": "copy"})
    assert 'hx-trigger="every 2s"' in page(alice.client, address)
    run_job(handing_out.KIND)
    assert "Take the copy" in page(alice.client, address)
    assert alice.client.get(f"{address}copy.zip").status_code == 405
    taken = alice.client.post(f"{address}copy.zip")
    assert "data.json" in ZipFile(io.BytesIO(taken.getvalue())).namelist()
    again = alice.client.post(f"{address}copy.zip")
    assert (again.status_code, "taken already" in again.content.decode()) == (410, True)
    assert "The copy was taken on" in page(alice.client, address)


def test_an_erasure_wants_to_know_who_one_is_and_a_word(alice: Person) -> None:
    candidate = make_person()
    request = make_request(candidate=candidate)
    address = f"{LIST}{request.id}/erase/"
    for ask in (alice.client.get, alice.client.post):
        assert is_sent_to_prove(ask(address))
    alice.client.post("/account/again/", {"password": PASSWORD})
    assert alice.client.get(address).status_code == 200
    long_ago(alice.client)
    assert is_sent_to_prove(alice.client.post(address, {"word": "erase"}))
    assert SubjectRequest.objects.get().state == RequestState.OPEN
    alice.client.post("/account/again/", {"password": PASSWORD})
    shown = page(alice.client, address)
    assert "Type ERASE to confirm" in shown
    assert "Measurements and events" in shown
    wrong = alice.client.post(address, {"word": "no"})
    assert (wrong.status_code, SubjectRequest.objects.get().state) == (422, RequestState.OPEN)
    done = alice.client.post(address, {"word": "erase"})
    assert (done.status_code, done["Location"]) == (302, f"{LIST}{request.id}/")
    run_job(erasing.KIND)
    assert not Candidate.objects.exists()
    shown = page(alice.client, f"{LIST}{request.id}/")
    assert "A candidate who was erased" in shown
    assert candidate.name not in shown
    told = alice.client.get(f"{LIST}{request.id}/certificate.json").content
    request.refresh_from_db()
    assert json.loads(told) == request.certificate
    assert told == certificates.canonical(request.certificate)
    printed = alice.client.get(f"{LIST}{request.id}/certificate.pdf")
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content[:5] == b"%PDF-"
    assert printed.content == alice.client.get(f"{LIST}{request.id}/certificate.pdf").content
    assert alice.client.get(f"{LIST}{request.id}/certificate.exe").status_code == 404
    assert alice.client.get(address)["Location"] == f"{LIST}{request.id}/"


def test_an_erasure_can_be_of_one_sitting(alice: Person) -> None:
    candidate = make_person(sittings=2)
    session = candidate.sessions.all()[0]
    request = make_request(candidate=candidate)
    address = f"{LIST}{request.id}/"
    assert session.exam.title in page(alice.client, address)
    alice.client.post(address, {"act": "narrow", "session": str(session.id)})
    assert SubjectRequest.objects.get().session == session
    alice.client.post(address, {"act": "narrow", "session": "nonsense"})
    assert SubjectRequest.objects.get().session is None
    stranger = make_person("Olga Other").sessions.get()
    wrong = alice.client.post(address, {"act": "narrow", "session": str(stranger.id)})
    assert (wrong.status_code, "another candidate" in wrong.content.decode()) == (422, True)


def test_others_are_answered_or_refused_with_a_reason(alice: Person) -> None:
    candidate = make_person()
    answered = make_request(RequestKind.EXPLAIN, candidate=candidate)
    refused = make_request(RequestKind.ERASURE, candidate=candidate)
    empty = alice.client.post(f"{LIST}{answered.id}/", {"act": "answer", "words": ""})
    assert (empty.status_code, "in a few words" in empty.content.decode()) == (422, True)
    alice.client.post(f"{LIST}{answered.id}/", {"act": "answer", "words": "Explained by letter."})
    alice.client.post(f"{LIST}{refused.id}/", {"act": "refuse", "words": "Asked by a stranger."})
    for request, state, words in (
        (answered, RequestState.DONE, "Explained by letter."),
        (refused, RequestState.REFUSED, "Asked by a stranger."),
    ):
        request.refresh_from_db()
        assert (request.state, words in page(alice.client, f"{LIST}{request.id}/")) == (state, True)
    unknown = alice.client.post(f"{LIST}{refused.id}/", {"act": "dance"})
    assert unknown.status_code == 422


def test_a_request_that_is_late_or_stopped_says_so(alice: Person) -> None:
    request = make_request(RequestKind.ACCESS, candidate=make_person())
    handing_out.begin_copy(request=request, actor=None)
    SubjectRequest.objects.update(due_at=timezone.now())
    Job.objects.filter(kind=handing_out.KIND).update(state="quarantined")
    shown = page(alice.client, LIST)
    assert "late" in shown
    assert "stopped" in shown
    assert "The work stopped." in page(alice.client, f"{LIST}{request.id}/")


def test_another_institution_sees_nothing(charlie: Person) -> None:
    request = make_request(candidate=make_person())
    assert charlie.client.get(f"{LIST}{request.id}/").status_code == 404
    assert str(request.id) not in page(charlie.client, LIST)

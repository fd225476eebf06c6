"""What is done to a session over the API, by whom, and what is refused."""

from typing import Any

import pytest
from django.test import Client

from accounts import api_keys, services
from accounts.models import AuditEntry, Scope
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams.models import Session
from jobs.models import Job
from proctoring.models import Observation
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam, make_session
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = pytest.mark.django_db


def act(client: Client, session: Session, what: str, body: Any = None, **more: Any) -> Any:
    address = f"/api/v1/sessions/{session.id}/{what}"
    return client.post(address, body or {}, content_type="application/json", **more)


@pytest.fixture
def sitting(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_sitting(minutes_ago=5)


def actions(person: Person) -> list[tuple[str, str]]:
    with tenant_scope(person.institution.id):
        return list(AuditEntry.objects.order_by("number").values_list("actor", "action"))


def test_a_session_starts_when_its_candidate_has_agreed(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session, invited = make_checking(), make_session()
    early = act(alice.client, session, "start", {"device_info": {"camera": "integrated"}})
    assert (early.status_code, early.json()["code"]) == (409, "check_unfinished")
    body = {"device_info": {"camera": "integrated", "nested": {}}, "without_baseline": True}
    started = act(alice.client, session, "start", body)
    assert (started.status_code, started.json()["state"]) == (200, "running")
    assert started.json()["started_at"].endswith("Z")
    with tenant_scope(alice.institution.id):
        assert Session.objects.get(id=session.id).device_info == {"camera": "integrated"}
    refused = act(alice.client, invited, "start")
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_required")


def test_a_session_is_paused_goes_on_and_gets_more_time(alice: Person, sitting: Session) -> None:
    before = act(alice.client, sitting, "pause").json()
    assert before["state"] == "paused"
    assert act(alice.client, sitting, "resume").json()["state"] == "running"
    longer = act(alice.client, sitting, "extend", {"minutes": 15}).json()
    assert longer["deadline_at"] > before["deadline_at"]
    me = f"user:{alice.user.id}"
    assert actions(alice)[-3:] == [
        (me, "session.paused"),
        (me, "session.resumed"),
        (me, "session.time_given"),
    ]


def test_a_warning_reaches_the_log(alice: Person, sitting: Session) -> None:
    assert act(alice.client, sitting, "warn", {"message": "Please stay."}).status_code == 200
    with tenant_scope(alice.institution.id):
        said = Observation.objects.get(session=sitting, stream="server")
        assert said.record["detail"] == {"message": "Please stay.", "number": 1}


def test_a_session_ends_and_its_report_is_ordered(alice: Person, sitting: Session) -> None:
    ended = act(alice.client, sitting, "end", {"completion_status": "completed", "final_review": True})
    body = ended.json()
    assert (ended.status_code, body["state"]) == (200, "submitted")
    assert body["end_reason"] == "completed; a final review is asked for"
    with tenant_scope(alice.institution.id):
        assert Job.objects.filter(kind="proctoring.finalise").count() == 1
    again = act(alice.client, sitting, "terminate", {"reason": "late"})
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")


def test_a_session_is_terminated_for_a_reason(alice: Person, sitting: Session) -> None:
    assert act(alice.client, sitting, "terminate").json()["field"] == "reason"
    ended = act(alice.client, sitting, "terminate", {"reason": "Somebody else sat down."}).json()
    assert (ended["state"], ended["end_reason"]) == ("terminated", "Somebody else sat down.")


@pytest.mark.parametrize(
    ("what", "body", "code", "field"),
    [
        ("start", {"device_info": "laptop"}, "not_a_dict", "device_info"),
        ("start", {"device_info": {str(n): n for n in range(41)}}, "invalid", "device_info"),
        ("start", {"without_baseline": 1}, "invalid_type", "without_baseline"),
        ("extend", {}, "required", "minutes"),
        ("extend", {"minutes": 0}, "min_value", "minutes"),
        ("extend", {"minutes": 601}, "max_value", "minutes"),
        ("extend", {"minutes": 2**63}, "max_value", "minutes"),
        ("extend", {"minutes": True}, "invalid_type", "minutes"),
        ("warn", {"message": " "}, "blank", "message"),
        ("warn", {"message": "a" * 501}, "max_length", "message"),
        ("warn", {"message": "\u0007"}, "message_invalid", "message"),
        ("end", {"completion_status": "gone"}, "invalid_choice", "completion_status"),
        ("terminate", {"reason": "a" * 2001}, "max_length", "reason"),
        ("pause", {"why": "x"}, "unknown_field", "why"),
        ("events", {"text": ""}, "blank", "text"),
    ],
)
def test_a_wrong_act_is_refused(
    alice: Person, sitting: Session, what: str, body: Any, code: str, field: str
) -> None:
    answer = act(alice.client, sitting, what, body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    with tenant_scope(alice.institution.id):
        assert Session.objects.get(id=sitting.id).state == "running"
        assert not Observation.objects.exists()


@pytest.mark.parametrize("what", ["pause", "resume", "extend", "warn", "end", "terminate", "events"])
def test_nothing_is_done_to_a_session_before_its_start(alice: Person, what: str) -> None:
    with tenant_scope(alice.institution.id):
        session = make_session()
    bodies = {
        "extend": {"minutes": 5},
        "warn": {"message": "Hm."},
        "terminate": {"reason": "x"},
        "events": {"text": "x"},
    }
    assert act(alice.client, session, what, bodies.get(what)).status_code == 409


def test_an_auditor_looks_and_a_key_acts_within_its_scopes(alice: Person, sitting: Session) -> None:
    with tenant_scope(alice.institution.id):
        member = services.add_member(email="o@north.example", password=PASSWORD, role=Role.AUDITOR)
        reads = api_keys.create(name="reads", scopes=[Scope.READ])
        acts = api_keys.create(name="acts", scopes=[Scope.INTERVENE])
    auditor = Client()
    auditor.force_login(member.user)
    refused = act(auditor, sitting, "pause")
    assert (refused.status_code, refused.json()["code"]) == (403, "role")
    headers = {"Authorization": f"Api-Key {reads.text}"}
    assert act(Client(), sitting, "pause", headers=headers).json()["code"] == "key_scope"
    headers = {"Authorization": f"Api-Key {acts.text}"}
    assert act(Client(), sitting, "pause", headers=headers).json()["state"] == "paused"
    assert actions(alice)[-1] == (f"api_key:{acts.key.prefix}", "session.paused")
    ended = act(Client(), sitting, "end", headers=headers)
    assert ended.json()["join_url"] is None
    assert actions(alice)[-1] == (f"api_key:{acts.key.prefix}", "session.submitted")


def test_a_program_lets_a_candidate_go_on_without_the_screen(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        watched, unwatched = make_sitting(make_exam(watch_screen=True)), make_sitting()
    assert act(alice.client, watched, "excuse-screen", {}).status_code == 200
    assert actions(alice)[-1][1] == "session.screen_excused"
    refused = act(alice.client, unwatched, "excuse-screen", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "screen_not_watched")

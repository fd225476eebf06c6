"""Events, flags, snapshots, risk and numbers over the API; a verdict is a person's."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts.models import Scope
from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.models import Flag, Verdict
from tests.conftest import Person
from tests.factories import make_exam, make_session
from tests.proctoring.session_rows import drawn_face, make_evidence, make_flag
from tests.proctoring.sittings import frames, make_sitting

pytestmark = pytest.mark.django_db
API = "/api/v1"


def get(person: Person, path: str) -> Any:
    response = person.client.get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def story(alice: Person) -> Session:
    """Twelve seconds without a face in a sitting of half a minute."""
    with tenant_scope(alice.institution.id):
        session = make_sitting(minutes_ago=0.5)
        frames(session, [1] * 5 + [0] * 12 + [1] * 5)
    return session


@pytest.fixture
def flag(alice: Person, story: Session) -> Flag:
    with tenant_scope(alice.institution.id):
        return Flag.objects.get(rule="NO_FACE")


def test_events_are_listed_in_order_filtered_and_paged(alice: Person, story: Session, flag: Flag) -> None:
    address = f"/sessions/{story.id}/events/"
    for text in ("Asked for a pen.", "Got a pen."):
        noted = alice.client.post(f"{API}{address}", {"text": text}, content_type="application/json")
        assert (noted.status_code, noted.json()["event"], noted.json()["detail"]) == (
            201,
            "Noted by hand",
            text,
        )
    found = get(alice, address)
    assert [one["kind"] for one in found["results"]] == ["flag", "event", "event"]
    first = found["results"][0]
    assert (first["flag"], first["since_ms"], first["severity"]) == (
        str(flag.id),
        flag.since_ms,
        flag.severity,
    )
    assert first["timestamp"].endswith("Z")
    only = get(alice, f"{address}?kind=events&words=got")["results"]
    assert [one["detail"] for one in only] == ["Got a pen."]
    page = get(alice, f"{address}?page_size=2")
    assert (len(page["results"]), page["previous"]) == (2, None)
    rest = alice.client.get(page["next"]).json()
    assert (len(rest["results"]), rest["next"]) == (1, None)
    for query in ("kind=odd", "cursor=x", "page_size=0", "severity=bad"):
        assert alice.client.get(f"{API}{address}?{query}").status_code == 400


def test_flags_are_listed_and_decided_by_a_person(alice: Person, story: Session, flag: Flag) -> None:
    address = f"/sessions/{story.id}/flags/"
    listed = get(alice, address)["results"]
    assert [(one["id"], one["rule"], one["verdict"]) for one in listed] == [(str(flag.id), "NO_FACE", None)]
    wanted = {"decision": "dismissed", "reason": "Picked up a pen."}
    decided = alice.client.post(f"{API}/flags/{flag.id}/verdict", wanted, content_type="application/json")
    verdict = decided.json()["verdict"]
    assert decided.status_code == 200
    assert (verdict["decision"], verdict["decided_by"]) == ("dismissed", str(alice.user))
    assert get(alice, f"/flags/{flag.id}/")["verdict"] == verdict
    assert len(get(alice, f"{address}?decided=true&rule=NO_FACE")["results"]) == 1
    assert get(alice, f"{address}?decided=false")["results"] == []
    assert get(alice, f"{address}?severity=critical")["results"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"decision": "guilty", "reason": "x"}, "invalid_choice"),
        ({"decision": "confirmed"}, "required"),
        ({"decision": "confirmed", "reason": " "}, "blank"),
        ({"decision": "confirmed", "reason": "x", "decided_by": "me"}, "unknown_field"),
    ],
)
def test_a_wrong_verdict_is_refused(alice: Person, flag: Flag, body: Any, code: str) -> None:
    answer = alice.client.post(f"{API}/flags/{flag.id}/verdict/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_no_program_decides(alice: Person, flag: Flag) -> None:
    with tenant_scope(alice.institution.id):
        key = api_keys.create(name="everything", scopes=list(Scope)).text
    answer = Client().post(
        f"{API}/flags/{flag.id}/verdict/",
        {"decision": "confirmed", "reason": "x"},
        content_type="application/json",
        headers={"Authorization": f"Api-Key {key}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "person_needed")
    with tenant_scope(alice.institution.id):
        assert not Verdict.objects.exists()


def test_snapshots_are_listed_and_fetched_with_a_key(alice: Person, charlie: Person) -> None:
    picture = drawn_face()
    with tenant_scope(alice.institution.id):
        session = make_sitting()
        flag = make_flag(session)
        kept = make_evidence(flag, picture)
        key = api_keys.create(name="reads", scopes=[Scope.READ]).text
    listed = get(alice, f"/sessions/{session.id}/snapshots/")["results"]
    assert [(one["flag"], one["sha256"]) for one in listed] == [(str(flag.id), kept.sha256)]
    fetched = Client().get(listed[0]["url"], headers={"Authorization": f"Api-Key {key}"})
    assert (fetched["Content-Type"], fetched.content) == ("image/jpeg", picture)
    assert fetched["Cache-Control"] == "private, no-store"
    assert charlie.client.get(listed[0]["url"]).status_code == 404
    assert get(alice, f"/flags/{flag.id}/")["snapshot_url"] == listed[0]["url"]


def test_risk_is_told_while_it_runs_and_at_the_end(alice: Person, story: Session) -> None:
    now = get(alice, f"/sessions/{story.id}/risk/")
    assert (now["is_final"], now["flags"]["warning"], now["policy"]["name"]) == (False, 1, "default")
    assert now["score"] > 0
    assert now["curve"][0]["t_ms"] == 0
    assert now["intervals"][0]["start_ms"] == 0
    with tenant_scope(alice.institution.id):
        services.end_session(session=story, to=SessionState.SUBMITTED)
        services.finalise(session_id=story.id)
    final = get(alice, f"/sessions/{story.id}/risk/")
    assert (final["is_final"], final["flags"]["warning"]) == (True, 1)


def test_sessions_under_way_are_counted(alice: Person, charlie: Person, story: Session) -> None:
    with tenant_scope(alice.institution.id):
        make_session()
    page = get(alice, "/sessions/active/")["results"]
    assert [(one["session_id"], one["is_running"], one["online"]) for one in page] == [
        (str(story.id), True, False)
    ]
    assert page[0]["total_score"] > 0
    assert page[0]["flags"] == {"critical": 0, "warning": 1, "info": 0}
    with tenant_scope(alice.institution.id):
        frames(story, [2] * 4, first_second=22)
    again = get(alice, "/sessions/active/")["results"][0]
    assert again["interval_score"] == page[0]["interval_score"]
    stats = get(alice, "/sessions/stats/")
    assert (stats["total_sessions"], stats["active_sessions"], stats["high_risk"]) == (2, 1, 0)
    assert (stats["by_state"]["running"], stats["by_state"]["invited"]) == (1, 1)
    assert get(alice, f"/sessions/active/?exam={uuid.uuid4()}")["results"] == []
    assert get(charlie, "/sessions/active/")["results"] == []
    assert get(charlie, "/sessions/stats/")["total_sessions"] == 0


def test_an_exam_is_summed_up(alice: Person, story: Session, flag: Flag) -> None:
    with tenant_scope(alice.institution.id):
        services.end_session(session=story, to=SessionState.SUBMITTED)
        services.finalise(session_id=story.id)
        empty = make_exam()
    wanted = {"decision": "confirmed", "reason": "Left the room."}
    alice.client.post(f"{API}/flags/{flag.id}/verdict/", wanted, content_type="application/json")
    stats = get(alice, f"/exams/{story.exam_id}/stats/")
    assert (stats["sessions"], stats["by_state"]["submitted"]) == (1, 1)
    assert stats["verdicts"] == {"confirmed": 1, "dismissed": 0, "technical": 0}
    assert stats["undecided"] == sum(stats["flags"].values()) - 1
    assert sum(stats["recommendations"].values()) == 1
    assert 0 < stats["mean_coverage"] <= 1
    assert get(alice, f"/exams/{empty.id}/stats/")["mean_coverage"] is None

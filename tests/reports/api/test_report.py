"""The report over the API: the same files, with a key, and clear words while there is none."""

from typing import Any

import pytest
from django.test import Client

from accounts import api_keys
from accounts.models import AuditEntry, Scope
from accounts.tenancy import tenant_scope
from exams.models import Session
from jobs.models import Job, JobState
from reports import services
from tests.conftest import Person
from tests.reports.sittings import make_finished_sitting, make_sitting

pytestmark = pytest.mark.django_db
FILES = {
    "report.pdf": (b"%PDF-", "application/pdf"),
    "report.csv": (b"\xef\xbb\xbftime_24h", "text/csv; charset=utf-8"),
    "intervals.csv": (b"\xef\xbb\xbfstart_s", "text/csv; charset=utf-8"),
    "report.json": (b'{\n  "session_id"', "application/json"),
    "report/": (b'{\n  "session_id"', "application/json"),
}


@pytest.fixture
def session(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_finished_sitting()


@pytest.fixture
def ready(alice: Person, session: Session) -> Session:
    with tenant_scope(alice.institution.id):
        services.make_report(session=session)
    return session


def get(client: Client, session: Session, name: str, **more: Any) -> Any:
    return client.get(f"/api/v1/sessions/{session.id}/{name}", **more)


@pytest.mark.parametrize("name", FILES)
def test_a_key_gets_the_files_and_that_is_on_record(alice: Person, ready: Session, name: str) -> None:
    with tenant_scope(alice.institution.id):
        key = api_keys.create(name="reads", scopes=[Scope.READ])
    headers = {"Authorization": f"Api-Key {key.text}", "Accept": "application/pdf"}
    response = get(Client(), ready, name, headers=headers)
    begins, content_type = FILES[name]
    assert response.status_code == 200
    assert response.content.startswith(begins)
    assert (response["Content-Type"], response["Cache-Control"]) == (content_type, "private, no-store")
    with tenant_scope(alice.institution.id):
        last = AuditEntry.objects.order_by("-number")[0]
        assert (last.actor, last.action) == (f"api_key:{key.key.prefix}", "report.read")


def test_the_report_as_data_is_as_described(alice: Person, ready: Session) -> None:
    body = get(alice.client, ready, "report").json()
    assert set(body) == {
        "session_id",
        "candidate_id",
        "duration_actual",
        "status",
        "unreviewed_flags",
        "confirmed",
        "decision",
        "summary",
        "coverage",
        "timeline",
        "intervals",
        "recommendation",
        "policy",
        "adjusted",
        "digests",
        "audit",
    }
    assert body["session_id"] == str(ready.id)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("version=2", 404, "report_version"),
        ("version=0", 400, "min_value"),
        ("version=x", 400, "invalid"),
        ("format=pdf", 400, "unknown_parameter"),
    ],
)
def test_a_wrong_version_is_refused(
    alice: Person, ready: Session, query: str, status: int, code: str
) -> None:
    answer = get(alice.client, ready, f"report.pdf?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert get(alice.client, ready, "report.pdf?version=1").status_code == 200


def test_while_there_is_none_it_says_why(alice: Person, session: Session) -> None:
    with tenant_scope(alice.institution.id):
        running = make_sitting()
    early = get(alice.client, running, "report/")
    assert (early.status_code, early.json()["code"]) == (409, "report_not_yet")
    being_made = get(alice.client, session, "report.pdf")
    assert (being_made.status_code, being_made.json()["code"]) == (503, "report_being_made")
    assert being_made["Retry-After"] == "3"
    with tenant_scope(alice.institution.id):
        Job.objects.create(
            kind="reports.render", payload={"session": str(session.id)}, state=JobState.QUARANTINED
        )
    assert get(alice.client, session, "report/").json()["code"] == "report_failed"


@pytest.mark.parametrize("name", FILES)
def test_the_neighbour_is_told_nothing(charlie: Person, ready: Session, name: str) -> None:
    assert get(charlie.client, ready, name).status_code == 404

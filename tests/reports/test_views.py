"""Who gets a report, under which name, and what the others are told."""

import uuid
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from accounts import services as accounts
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams.models import Session
from jobs.models import Job, JobState
from reports import services
from tests.conftest import PASSWORD, Person, _person
from tests.reports.sittings import make_finished_sitting, make_sitting

KINDS = {
    "pdf": b"%PDF-",
    "csv": b"\xef\xbb\xbftime_24h",
    "json": b'{\n  "session_id"',
    "intervals": b"\xef\xbb\xbfstart_s,end_s,interval_score,flagged\r\n0,12.4,",
}


@pytest.fixture
def session(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_finished_sitting(name='Żółć "x"; \r\n=1', title="Logic/../I")


@pytest.fixture
def ready(alice: Person, session: Session) -> Session:
    with tenant_scope(alice.institution.id):
        services.make_report(session=session)
    return session


def url(session: Session, kind: str = "pdf") -> str:
    return reverse(f"reports:{kind}", args=[session.id])


@pytest.mark.parametrize("kind", KINDS)
def test_members_get_the_file(alice: Person, bob: Person, ready: Session, kind: str) -> None:
    for person in (alice, bob):
        response = person.client.get(url(ready, kind))
        assert response.status_code == 200
        assert response.content.startswith(KINDS[kind])
        assert response["Cache-Control"] == "private, no-store"
        ending = "-intervals.csv" if kind == "intervals" else f".{kind}"
        name = f"report-Logic-I-Zoc-x-1-{ready.candidate.external_id}-provisional-v1{ending}"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("kind", KINDS)
def test_another_institution_is_told_nothing(charlie: Person, ready: Session, kind: str) -> None:
    response = charlie.client.get(url(ready, kind))
    assert response.status_code == 404
    assert ready.candidate.external_id.encode() not in response.content


def test_a_visitor_signs_in_first(client: object, ready: Session) -> None:
    response = client.get(url(ready))  # type: ignore[attr-defined]
    assert (response.status_code, response["Location"].startswith("/login/")) == (302, True)


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.AUDITOR])
def test_everyone_who_sees_exams_reads_reports(alice: Person, ready: Session, role: Role) -> None:
    with tenant_scope(alice.institution.id):
        person = _person(accounts.add_member(email="erin@north.example", password=PASSWORD, role=role))
    assert person.client.get(url(ready)).status_code == 200


def test_reading_is_audited_and_asking_for_the_headers_is_not(bob: Person, ready: Session) -> None:
    bob.client.head(url(ready))
    bob.client.get(url(ready))
    with tenant_scope(bob.institution.id):
        assert [e.actor for e in AuditEntry.objects.filter(action="report.read")] == [f"user:{bob.user.id}"]


def test_while_it_is_being_made(alice: Person, session: Session) -> None:
    page = alice.client.get(url(session))
    assert (page.status_code, page["Retry-After"]) == (503, "3")
    assert "The report is being made" in page.content.decode()
    answer = alice.client.get(url(session, "json"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (503, "report_being_made")


def test_when_it_was_given_up(alice: Person, session: Session) -> None:
    with tenant_scope(alice.institution.id):
        Job.objects.filter(kind="reports.render").update(state=JobState.QUARANTINED)
    response = alice.client.get(url(session))
    assert response.status_code == 409
    assert "could not be made" in response.content.decode()


def test_before_the_end(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_sitting()
    response = alice.client.get(url(session))
    assert response.status_code == 409
    assert "when the sitting has ended" in response.content.decode()


@pytest.mark.parametrize(
    ("version", "status"), [("1", 200), ("2", 404), ("x", 404), ("-1", 404), ("9" * 30, 404)]
)
def test_an_older_version_can_be_had(alice: Person, ready: Session, version: str, status: int) -> None:
    assert alice.client.get(url(ready), {"version": version}).status_code == status


def test_no_such_session(alice: Person) -> None:
    assert alice.client.get(reverse("reports:pdf", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.embedded_only
def test_a_changed_or_lost_file_is_not_given_out(alice: Person, ready: Session) -> None:
    with tenant_scope(alice.institution.id):
        path = Path(storages["reports"].path(ready.reports.get().pdf_key))
    path.write_bytes(b"%PDF-1.4 forged")
    assert alice.client.get(url(ready)).status_code == 409
    path.unlink()
    assert alice.client.get(url(ready)).status_code == 404


def test_posting_is_refused(alice: Person, ready: Session) -> None:
    assert alice.client.post(url(ready)).status_code == 405

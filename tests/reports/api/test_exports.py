"""Exports over the API: files at once, archives in a while."""

import csv
import io
import json
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone

from accounts import api_keys
from accounts.models import AuditEntry, Scope
from accounts.tenancy import tenant_scope
from exams.models import Session
from jobs import services as jobs
from jobs.models import Job
from reports.services import make_report
from tests.conftest import Person
from tests.reports.sittings import make_finished_sitting

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def sat(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        session = make_finished_sitting(title="Logic I")
        make_report(session=session)
        return session


def run_export() -> None:
    job = Job.objects.get(kind="reports.export")
    Job.objects.filter(id=job.id).update(next_attempt_at=timezone.now())
    assert jobs.run(job.id)


def test_an_archive_is_asked_for_waited_for_and_taken(bob: Person, sat: Session) -> None:
    asked = bob.client.post(f"{API}/exams/{sat.exam_id}/exports/")
    assert asked.status_code == 202
    export: dict[str, Any] = asked.json()
    assert (export["state"], export["exam_id"], export["ready_at"]) == ("waiting", str(sat.exam_id), None)
    address = f"{API}/exports/{export['id']}/"
    early = bob.client.get(f"{address}reports.zip")
    assert (early.status_code, early.json()["code"]) == (404, "export_not_there")

    with tenant_scope(bob.institution.id):
        run_export()

    ready = bob.client.get(address).json()
    assert (ready["state"], ready["progress"], ready["report_count"]) == ("ready", 1.0, 1)
    archive = ZipFile(io.BytesIO(bob.client.get(f"{address}reports.zip").getvalue()))
    assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == 1
    assert [one["id"] for one in bob.client.get(f"{API}/exports/").json()["results"]] == [export["id"]]

    assert bob.client.delete(address).status_code == 204
    assert {bob.client.get(address).status_code, bob.client.delete(address).status_code} == {404}
    assert bob.client.get(f"{API}/exports/").json()["results"][0]["state"] == "deleted"


def test_a_key_that_may_only_read_deletes_no_archive(alice: Person, sat: Session, client: Any) -> None:
    export = alice.client.post(f"{API}/exams/{sat.exam_id}/exports/").json()["id"]
    with tenant_scope(alice.institution.id):
        reading, writing = (
            {"authorization": f"Api-Key {api_keys.create(name='LMS', scopes=[scope]).text}"}
            for scope in (Scope.READ, Scope.WRITE)
        )

    refused = client.delete(f"{API}/exports/{export}/", headers=reading)
    assert (refused.status_code, refused.json()["code"]) == (403, "key_scope")
    assert alice.client.get(f"{API}/exports/{export}/").json()["state"] == "waiting"

    assert client.delete(f"{API}/exports/{export}/", headers=writing).status_code == 204
    assert alice.client.get(f"{API}/exports/{export}/").status_code == 404
    assert alice.client.get(f"{API}/exports/").json()["results"][0]["state"] == "cancelled"


def test_a_key_takes_an_exam_away_and_is_named_for_it(alice: Person, sat: Session, client: Any) -> None:
    with tenant_scope(alice.institution.id):
        key = api_keys.create(name="LMS", scopes=[Scope.READ])
    authorization = {"authorization": f"Api-Key {key.text}"}

    rows = client.get(f"{API}/exams/{sat.exam_id}/export.csv", headers=authorization)
    document = client.get(f"{API}/exams/{sat.exam_id}/export.json", headers=authorization)

    table = list(csv.DictReader(io.StringIO(rows.getvalue().decode("utf-8-sig"), newline="")))
    assert [row["session_id"] for row in table] == [str(sat.id)]
    assert [one["session_id"] for one in json.loads(document.getvalue())["sessions"]] == [str(sat.id)]
    with tenant_scope(alice.institution.id):
        actors = set(AuditEntry.objects.filter(action="data.exported").values_list("actor", flat=True))
    assert actors == {f"api_key:{key.key.prefix}"}


def test_a_range_of_the_audit_log(alice: Person) -> None:
    response = alice.client.get(f"{API}/audit/export.json", {"until": "2001-01-01T00:00:00Z"})
    assert json.loads(response.getvalue()) == {
        "institution": str(alice.institution.id),
        "since": None,
        "until": "2001-01-01T00:00:00.000Z",
        "entries": [],
    }
    refused = alice.client.get(f"{API}/audit/export.csv", {"since": "yesterday"})
    assert (refused.status_code, refused.json()["field"]) == (400, "since")

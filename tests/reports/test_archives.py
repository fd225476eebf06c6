"""All reports of an exam in one ZIP: asked for, made by a job, cancelled, taken away, forgotten."""

import hashlib
import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from exams.models import Session
from jobs import services as jobs
from jobs.models import Job, JobState
from reports.models import Export, ExportState, Report
from reports.services import exporting, make_report
from tests.conftest import Person
from tests.factories import make_session
from tests.reports.sittings import make_finished_sitting
from webhooks.models import Event


@pytest.fixture
def sat(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        session = make_finished_sitting(name="Żółć /../ x", title="Logic I")
        make_report(session=session)
        make_session(session.exam, name="Wanda Waiting")
        return session


def ask(person: Person, session: Session) -> Export:
    response = person.client.post(reverse("reports:export-ask", args=[session.exam_id]))
    assert response.status_code == 302, response.content
    with tenant_scope(person.institution.id):
        return the_export(person)


def the_export(person: Person) -> Export:
    with tenant_scope(person.institution.id):
        return Export.objects.select_related("job", "exam").get()


def run_job(person: Person, kind: str = "reports.export") -> None:
    """Where a commit wakes an eager worker, what was due is done already."""
    with tenant_scope(person.institution.id):
        job = Job.objects.filter(kind=kind, state=JobState.WAITING).first()
        if job is None:
            assert Job.objects.filter(kind=kind, state=JobState.DONE).exists()
            return
        Job.objects.filter(id=job.id).update(next_attempt_at=timezone.now())
        assert jobs.run(job.id)


def test_the_file_holds_every_report_and_what_proves_it(bob: Person, sat: Session) -> None:
    assert ask(bob, sat).state == ExportState.WAITING
    run_job(bob)

    export = the_export(bob)
    assert (export.state, export.report_count, export.missing_count, export.progress) == ("ready", 1, 1, 1.0)
    response = bob.client.get(reverse("reports:export-file", args=[export.id]))
    data = response.getvalue()
    assert response["Content-Disposition"] == 'attachment; filename="reports-Logic-I.zip"'
    assert (len(data), hashlib.sha256(data).hexdigest()) == (export.size_bytes, export.sha256)
    archive = ZipFile(io.BytesIO(data))
    with tenant_scope(bob.institution.id):
        report = Report.objects.get()
        waiting = Session.objects.select_related("candidate").get(candidate__name="Wanda Waiting")
        sat = Session.objects.select_related("candidate").get(id=sat.id)
    name = f"Zoc-x-{sat.candidate.external_id}-{sat.id.hex[:8]}-provisional-v1.pdf"
    assert archive.namelist() == [name, "sittings.csv", "SHA256SUMS", "WITHOUT-REPORT.txt"]
    assert hashlib.sha256(archive.read(name)).hexdigest() == report.pdf_sha256
    assert archive.read("SHA256SUMS").decode() == f"{report.pdf_sha256}  {name}\n"
    missing = f"Wanda-Waiting-{waiting.candidate.external_id}-{waiting.id.hex[:8]}\n"
    assert archive.read("WITHOUT-REPORT.txt").decode() == missing
    assert archive.read("sittings.csv").count(b"\r\n") == 3


def test_subscribers_and_the_audit_log_are_told(bob: Person, sat: Session) -> None:
    export = ask(bob, sat)
    run_job(bob)
    bob.client.get(reverse("reports:export-file", args=[export.id])).getvalue()

    with tenant_scope(bob.institution.id):
        event = Event.objects.get(type="export.ready")
        taken = AuditEntry.objects.filter(action="data.exported").order_by("number")
        subjects = [(entry.actor, entry.subject) for entry in taken]
    assert event.data == {"exam": str(sat.exam_id), "export": str(export.id), "reports": 1}
    me = f"user:{bob.user.id}"
    assert subjects == [(me, f"exam:{sat.exam_id}"), (me, f"export:{export.id}")]


def test_asking_twice_makes_one(bob: Person, sat: Session) -> None:
    assert ask(bob, sat) == ask(bob, sat)


def test_an_exam_without_a_report_says_so(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        exam = make_session().exam
    response = alice.client.post(
        reverse("reports:export-ask", args=[exam.id]), headers={"accept": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (409, "no_reports")


def test_a_report_whose_file_was_changed_is_left_out(bob: Person, sat: Session) -> None:
    with tenant_scope(bob.institution.id):
        Report.objects.update(pdf_sha256="0" * 64)
    ask(bob, sat)
    run_job(bob)

    export = the_export(bob)
    assert (export.report_count, export.missing_count) == (0, 2)


def test_a_cancelled_export_makes_nothing(bob: Person, sat: Session) -> None:
    export = ask(bob, sat)
    response = bob.client.post(reverse("reports:export-cancel", args=[export.id]), follow=True)
    assert "The export is cancelled." in response.content.decode()
    run_job(bob)

    export = the_export(bob)
    assert (export.state, export.storage_key) == ("cancelled", "")
    assert bob.client.get(reverse("reports:export-file", args=[export.id])).status_code == 404


def test_one_cancelled_while_it_is_made_leaves_no_file(bob: Person, sat: Session) -> None:
    export = ask(bob, sat)
    with tenant_scope(bob.institution.id):
        job = jobs.claim(export.job_id)
        assert job is not None
        exporting.cancel_export(export=export, actor=None)
        with pytest.raises(exporting.Cancelled):
            exporting.make_archive(export=export, job=job)
    assert not storages["reports"].exists(f"exports/{export.institution_id}/{export.id}.zip")


def test_a_worker_killed_after_storing_is_made_good(bob: Person, sat: Session) -> None:
    export = ask(bob, sat)
    with tenant_scope(bob.institution.id):
        # Killed here: the file is stored, the row does not know it, the lease runs out.
        name = f"exports/{export.institution_id}/{export.id}.zip"
        storages["reports"].save(name, io.BytesIO(b"half"))
        job = jobs.claim(export.job_id)
        assert job is not None
        Job.objects.filter(id=job.id).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert jobs.run(export.job_id)

    export = the_export(bob)
    assert export.state == "ready"
    assert export.storage_key == name
    data = bob.client.get(reverse("reports:export-file", args=[export.id])).getvalue()
    assert hashlib.sha256(data).hexdigest() == export.sha256


@pytest.mark.django_db(transaction=True)
def test_a_ready_file_can_be_deleted(bob: Person, sat: Session) -> None:
    export = ask(bob, sat)
    run_job(bob)
    key = the_export(bob).storage_key

    response = bob.client.post(reverse("reports:export-cancel", args=[export.id]), follow=True)

    assert "The file is deleted." in response.content.decode()
    assert the_export(bob).state == "deleted"
    with tenant_scope(bob.institution.id):
        assert Export.objects.get().storage_key == ""
    assert not storages["reports"].exists(key)


@pytest.mark.django_db(transaction=True)
def test_after_its_days_the_file_goes_and_then_the_row(bob: Person, sat: Session) -> None:
    ask(bob, sat)
    run_job(bob)
    export = the_export(bob)
    assert export.ready_at is not None
    with tenant_scope(bob.institution.id):
        due = Job.objects.get(kind="reports.forget_export").next_attempt_at
    assert due == export.ready_at + timedelta(days=7)

    run_job(bob, "reports.forget_export")
    assert the_export(bob).state == "deleted"
    assert not storages["reports"].exists(export.storage_key)

    run_job(bob, "reports.forget_export")
    with tenant_scope(bob.institution.id):
        assert not Export.objects.exists()


def test_the_page_shows_progress_and_looks_again(bob: Person, sat: Session) -> None:
    empty = bob.client.get(reverse("reports:exports")).content.decode()
    assert "No exports yet" in empty

    export = ask(bob, sat)
    with tenant_scope(bob.institution.id):
        Job.objects.filter(id=export.job_id).update(state=JobState.RUNNING, progress=0.25)
    part = bob.client.get(reverse("reports:exports"), headers={"hx-request": "true"}).content.decode()
    assert "Being made, 25 %" in part
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part

    with tenant_scope(bob.institution.id):
        Job.objects.filter(id=export.job_id).update(state=JobState.QUARANTINED)
    failed = bob.client.get(reverse("reports:exports")).content.decode()
    assert "Could not be made" in failed
    assert "every 2s" not in failed

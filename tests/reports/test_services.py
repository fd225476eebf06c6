"""Making reports: what a sitting gives, once, in versions, with no file left without its row."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import override_settings
from pypdf import PdfReader

from accounts import audit
from accounts.errors import Conflict
from accounts.models import AuditEntry
from analysis.risk.log import parse_record, root_hash
from jobs.models import Job, JobState
from proctoring.models import Flag, Observation, RiskState
from proctoring.services.review import give_verdict
from reports import gather, services
from reports.models import Report
from reports.queries import has_failed, latest_report, report_version
from tests.conftest import Person
from tests.reports.sittings import make_finished_sitting, make_sitting, run_jobs
from webhooks.models import Event

pytestmark = pytest.mark.usefixtures("scope")


def stored(key: str) -> bytes:
    with storages["reports"].open(key) as file:
        data: bytes = file.read()
    return data


def stored_files() -> list[Path]:
    return [path for path in Path(storages["reports"].location).rglob("*") if path.is_file()]


def test_the_content_of_a_sitting() -> None:
    session = make_finished_sitting()
    content = gather.content_of(session, 3)
    flags = {flag.rule: flag for flag in Flag.objects.filter(session=session)}
    assert (content.version, content.candidate_name, content.exam_title) == (3, "Dana Candidate", "Logic I")
    assert (content.institution, str(content.zone), content.ending) == ("North", "UTC", "submitted")
    assert [entry.event_type for entry in content.timeline] == ["NO_FACE", "TAB_HIDDEN"]
    gone, hidden = content.timeline
    assert (gone.since_ms, gone.duration_ms, gone.severity, gone.flag_id) == (
        5000,
        5000,
        "warning",
        str(flags["NO_FACE"].id),
    )
    assert session.started_at is not None
    assert gone.timestamp == session.started_at + timedelta(seconds=5)
    assert (gone.measured.face_count, hidden.measured.face_count) == (0, 1)
    assert gone.snapshot is not None
    assert gone.snapshot.url == f"http://localhost:8000/evidence/{flags['NO_FACE'].id}.jpg"
    assert (gone.snapshot.jpeg or b"")[:2] == b"\xff\xd8"
    assert hidden.snapshot is None
    assert content.summary.total_events == 2
    assert content.summary.coverage == 1.0
    assert content.summary.duration_ms == 20_000
    records = Observation.objects.filter(session=session).values_list("record", flat=True)
    assert content.digests.log_root == root_hash(parse_record(record) for record in records)
    assert content.digests.result == RiskState.objects.get(session=session).final_digest
    assert content.notes[0] == "No person has decided on the flags yet."
    assert content.notes[1].startswith("The candidate accepted notice 2026-11.2 on ")


def test_a_report_has_three_files_an_event_and_the_digests() -> None:
    session = make_finished_sitting()
    report = services.make_report(session=session)
    risk = RiskState.objects.get(session=session)
    assert (report.version, report.policy_sha256, report.digest) == (1, risk.policy_sha256, risk.final_digest)
    assert PdfReader(io.BytesIO(stored(report.pdf_key))).pages
    rows = list(csv.DictReader(io.StringIO(stored(report.csv_key).decode("utf-8-sig"))))
    assert [row["event"] for row in rows] == ["NO_FACE", "TAB_HIDDEN"]
    document = json.loads(stored(report.json_key))
    assert document["candidate_id"] == session.candidate.external_id
    assert document["digests"]["result"] == risk.final_digest
    event = Event.objects.get(type="report.ready")
    assert event.data == {
        "session": str(session.id),
        "report": str(report.id),
        "version": 1,
        "is_final": False,
    }


@pytest.mark.embedded_only
def test_the_job_makes_it_and_making_it_again_changes_nothing() -> None:
    session = make_finished_sitting()
    run_jobs()
    report = Report.objects.get(session=session)
    before = len(stored_files())
    assert services.make_report(session=session) == report
    assert Report.objects.filter(session=session).count() == 1
    assert Event.objects.filter(type="report.ready").count() == 1
    assert len(stored_files()) == before
    assert set(Job.objects.values_list("kind", "state")) >= {
        ("proctoring.finalise", JobState.DONE),
        ("reports.render", JobState.DONE),
    }


def test_a_verdict_gives_a_new_version_and_keeps_the_old(bob: Person) -> None:
    session = make_finished_sitting()
    first = services.make_report(session=session)
    flag = Flag.objects.get(session=session, rule="NO_FACE")
    give_verdict(flag=flag, decision="dismissed", reason="Picked up a pen.", actor=bob.user)
    second = services.make_report(session=session)
    assert (first.version, second.version) == (1, 2)
    assert (latest_report(session), report_version(session, 1)) == (second, first)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(stored(second.pdf_key))).pages)
    assert f"Dismissed by {bob.user} on " in " ".join(text.split())
    assert "A person has decided on 1 of 2 flags." in text
    assert stored(first.pdf_key)


def test_late_data_is_said() -> None:
    session = make_finished_sitting()
    RiskState.objects.filter(session=session).update(changed_after_late_data=True)
    assert any(note.startswith("Changed after late data") for note in gather.content_of(session, 1).notes)


@pytest.mark.embedded_only
def test_a_deleted_or_changed_picture_is_left_out() -> None:
    session = make_finished_sitting()
    flag = Flag.objects.get(session=session, rule="NO_FACE")
    path = Path(storages["evidence"].path(flag.evidence.storage_key))
    path.write_bytes(b"something else")
    changed = gather.content_of(session, 1).timeline[0].snapshot
    path.unlink()
    gone = gather.content_of(session, 1).timeline[0].snapshot
    assert changed is not None
    assert gone is not None
    assert (changed.jpeg, gone.jpeg) == (None, None)


def test_a_sitting_under_way_has_no_report() -> None:
    session = make_sitting()
    with pytest.raises(Conflict, match="when the sitting has ended"):
        services.make_report(session=session)


def test_a_report_prints_the_end_of_the_audit_log_and_a_reading_makes_no_new_one(
    bob: Person, tmp_path: Path
) -> None:
    session = make_finished_sitting()
    audit.record(actor="system", action="report.read", subject="exam:1")
    end = audit.head()
    report = services.make_report(session=session)
    kept = json.loads(stored(report.json_key))["audit"]
    assert (kept["number"], kept["hash"]) == (end.number, end.entry_hash)
    assert (report.audit_number, report.audit_sha256, report.audit_at) == (end.number, end.entry_hash, end.at)
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(stored(report.pdf_key))).pages)
    assert f"Entry {end.number} of " in words
    assert end.entry_hash in words.replace("\n", "")

    services.note_reading(report=report, kind="pdf", actor=bob.user)
    assert audit.head().number > end.number
    assert services.make_report(session=session) == report

    heads = tmp_path / "heads.jsonl"
    heads.write_text(json.dumps(kept))
    call_command("audit", "verify", "--against", str(heads), "--institution", kept["institution"])
    heads.write_text(json.dumps(kept | {"hash": "0" * 64}))
    with pytest.raises(CommandError, match="the end was cut off or written anew"):
        call_command("audit", "verify", "--against", str(heads), "--institution", kept["institution"])


class FullDisk(FileSystemStorage):
    """Takes two files and no more."""

    def _save(self, name: str, content: Any) -> str:
        if name.endswith(".json"):
            raise OSError(28, "No space left on device")
        return super()._save(name, content)


class Rival(FileSystemStorage):
    """While the last file is written, another worker publishes the same version."""

    def _save(self, name: str, content: Any) -> str:
        if name.endswith(".json"):
            Report.objects.create(session_id=Path(name).parent.name, version=1)
        return super()._save(name, content)


def other_storage(folder: Path, backend: type[FileSystemStorage]) -> dict[str, Any]:
    path = f"{backend.__module__}.{backend.__name__}"
    return {**settings.STORAGES, "reports": {"BACKEND": path, "OPTIONS": {"location": folder}}}


def test_a_full_disk_leaves_nothing_and_the_job_tries_again(tmp_path: Path) -> None:
    session = make_finished_sitting()
    with override_settings(STORAGES=other_storage(tmp_path, FullDisk)):
        run_jobs()
    job = Job.objects.get(kind="reports.render")
    assert (job.state, "No space left" in job.last_error) == (JobState.WAITING, True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert latest_report(session) is None


def test_of_two_workers_one_version_stays_and_no_file_too_many(tmp_path: Path) -> None:
    session = make_finished_sitting()
    with override_settings(STORAGES=other_storage(tmp_path, Rival)), pytest.raises(IntegrityError):
        services.make_report(session=session)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert Report.objects.filter(session=session).count() == 1
    assert not Event.objects.filter(type="report.ready").exists()


def test_a_job_for_a_deleted_session_is_done() -> None:
    session = make_finished_sitting()
    session.delete()
    run_jobs()
    assert Job.objects.get(kind="reports.render").state == JobState.DONE


def test_a_job_that_was_given_up_is_known() -> None:
    session = make_finished_sitting()
    assert not has_failed(session)
    Job.objects.filter(kind="reports.render").update(state=JobState.QUARANTINED)
    assert has_failed(session)


def test_reading_is_on_record(bob: Person) -> None:
    report = services.make_report(session=make_finished_sitting())
    services.note_reading(report=report, kind="pdf", actor=bob.user, ip="127.0.0.1")
    entry = AuditEntry.objects.get(action="report.read")
    assert (entry.actor, entry.subject, entry.detail) == (
        f"user:{bob.user.id}",
        f"session:{report.session_id}",
        {"version": 1, "kind": "pdf"},
    )


def test_the_report_says_why_identity_was_not_checked() -> None:
    session = make_finished_sitting(watch_identity=True)
    assert (
        "Identity was not checked because the exam was started before the camera check was over. "
        "This is no sign of anything wrong."
    ) in gather.content_of(session, 1).notes

"""What makes a report: files first, then the row that names them."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from accounts import audit
from accounts.models import User
from exams import services as exams
from exams.models import Session
from reports.content import AuditHead, ReportContent
from reports.csv_export import events_csv
from reports.gather import audit_head_of, content_of
from reports.json_export import report_json
from reports.models import Report
from reports.pdf import report_pdf
from reports.queries import latest_report
from webhooks import outbox


@dataclass(frozen=True, slots=True)
class Files:
    """The three files of one version."""

    pdf: bytes
    csv: bytes
    json: bytes

    def named(self) -> dict[str, bytes]:
        return {"pdf": self.pdf, "csv": self.csv, "json": self.json}

    def hashes(self) -> dict[str, str]:
        return {f"{name}_sha256": hashlib.sha256(data).hexdigest() for name, data in self.named().items()}


def make_report(*, session: Session) -> Report:
    """The report as things stand; one that says the same as the newest version is not made again."""
    newest = latest_report(session)
    content = content_of(session, newest.version + 1 if newest else 1, audit_head_of(session))
    if newest is not None and _says_the_same(newest, content):
        return newest
    files = _files(content)
    report_id = uuid.uuid4()
    keys = _store(session, report_id, files)
    try:
        return _publish(session, report_id, content, files, keys)
    except Exception:
        # Another worker was first, or the database refused: no file without its row.
        _discard(keys)
        raise


def _says_the_same(report: Report, content: ReportContent) -> bool:
    """But for its number, and for the end of the audit log, which every reading moves."""
    again = replace(content, version=report.version, audit=_printed_head(report, content))
    return all(getattr(report, field) == value for field, value in _files(again).hashes().items())


@transaction.atomic
def note_reading(*, report: Report, kind: str, actor: User | None, ip: str = "") -> None:
    """A report holds personal data: who took it away is on record."""
    audit.record(
        actor=audit.actor_of(actor),
        action="report.read",
        subject=f"session:{report.session_id}",
        ip=ip,
        detail={"version": report.version, "kind": kind},
    )


def _printed_head(report: Report, content: ReportContent) -> AuditHead | None:
    if content.audit is None or report.audit_at is None:
        return None
    return replace(content.audit, number=report.audit_number, sha256=report.audit_sha256, at=report.audit_at)


def _files(content: ReportContent) -> Files:
    return Files(pdf=report_pdf(content), csv=events_csv(content), json=report_json(content))


@transaction.atomic
def _publish(
    session: Session, report_id: uuid.UUID, content: ReportContent, files: Files, keys: dict[str, str]
) -> Report:
    exams.lock(session)
    report = Report.objects.create(
        id=report_id,
        session=session,
        version=content.version,
        policy_sha256=content.policy_sha256,
        log_root=content.digests.log_root,
        digest=content.digests.result,
        is_final=content.standing is not None and content.standing.is_final,
        unreviewed_flags=content.standing.unreviewed_flags if content.standing else 0,
        **_audit_fields(content.audit),
        **keys,
        **files.hashes(),
    )
    outbox.publish(
        "report.ready",
        session=str(session.id),
        report=str(report.id),
        version=report.version,
        is_final=report.is_final,
    )
    return report


def _audit_fields(head: AuditHead | None) -> dict[str, Any]:
    return {"audit_number": head.number, "audit_sha256": head.sha256, "audit_at": head.at} if head else {}


def _store(session: Session, report_id: uuid.UUID, files: Files) -> dict[str, str]:
    """Under the id of the row that will name them: without that row, they are what a killed worker left."""
    keys: dict[str, str] = {}
    try:
        for kind, data in files.named().items():
            name = f"{session.institution_id}/{session.id}/{report_id}.{kind}"
            keys[f"{kind}_key"] = storages["reports"].save(name, ContentFile(data))
    except Exception:
        _discard(keys)
        raise
    return keys


def _discard(keys: dict[str, str]) -> None:
    for key in keys.values():
        storages["reports"].delete(key)

"""What asks for, makes, cancels and deletes an archive of reports, and writes down who took data away."""

import hashlib
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict
from accounts.models import User
from exams.models import Exam
from jobs import services as jobs
from jobs.models import Job
from reports.archive import Contents, has_reports, write_archive
from reports.exam_rows import sittings_of
from reports.models import Export
from webhooks import outbox

KEPT = timedelta(days=7)
ROW_KEPT = timedelta(days=30)


class Cancelled(Exception):
    """Somebody cancelled the export, or the exam was deleted, while it was being made."""


@transaction.atomic
def ask_for_reports(*, exam: Exam, actor: User | None, ip: str = "") -> Export:
    """An archive of the exam's reports, to be made; one that is already being made is given instead."""
    Exam.objects.select_for_update().get(id=exam.id)
    running = next((one for one in _of_exam(exam) if one.is_under_way), None)
    if running is not None:
        return running
    if not has_reports(exam):
        raise Conflict(
            "no_reports", _("No report of this exam has been made yet. A report is made when a sitting ends.")
        )
    export = Export(exam=exam, asked_by=actor)
    export.job = jobs.enqueue("reports.export", export=str(export.id))
    export.save(force_insert=True)
    note_taking(what=f"exam:{exam.id}", kind="zip", actor=actor, ip=ip)
    return export


@transaction.atomic
def cancel_export(*, export: Export, actor: User | None, ip: str = "") -> Export:
    """Stop the work, or delete what it made."""
    export = _locked(export)
    if export.cancelled_at or export.deleted_at:
        return export
    key, export.storage_key = export.storage_key, ""
    if export.ready_at:
        export.deleted_at = timezone.now()
    else:
        export.cancelled_at = timezone.now()
    export.save()
    audit.record(actor=audit.actor_of(actor), action="export.cancelled", subject=f"export:{export.id}", ip=ip)
    _delete_on_commit(key)
    return export


@transaction.atomic
def note_taking(*, what: str, kind: str, actor: User | None, ip: str = "", **detail: Any) -> None:
    """Exports hold personal data: who took which away is on record."""
    audit.record(
        actor=audit.actor_of(actor),
        action="data.exported",
        subject=what,
        ip=ip,
        detail={"kind": kind, **detail},
    )


def make_archive(*, export: Export, job: Job) -> Export:
    """Make the file and offer it; a cancelled export leaves nothing behind."""

    def tell(done: int, total: int) -> None:
        if not Export.objects.filter(id=export.id, cancelled_at=None).exists():
            raise Cancelled
        jobs.report_progress(job, done / total)

    with TemporaryFile() as file:
        contents = write_archive(file, export.exam, sittings_of(export.exam, timezone.now()), tell=tell)
        key = _store(export, file)
        try:
            return _offer(export, key, contents, size_bytes=file.seek(0, 2), sha256=_sha256(file))
        except BaseException:
            storages["reports"].delete(key)
            raise


@transaction.atomic
def forget_file(*, export: Export) -> None:
    """Delete the file when its time is over, and the row some weeks later."""
    export = _locked(export)
    if export.deleted_at:
        export.delete()
        return
    key, export.storage_key, export.deleted_at = export.storage_key, "", timezone.now()
    export.save()
    jobs.enqueue("reports.forget_export", due_at=timezone.now() + ROW_KEPT, export=str(export.id))
    _delete_on_commit(key)


@transaction.atomic
def _offer(export: Export, key: str, contents: Contents, *, size_bytes: int, sha256: str) -> Export:
    export = _locked(export)
    if export.cancelled_at:
        raise Cancelled
    export.storage_key, export.size_bytes, export.sha256 = key, size_bytes, sha256
    export.report_count, export.missing_count = contents.reports, contents.missing
    if export.ready_at:
        # Another worker was first, and its file has been replaced by this one.
        export.save()
        return export
    export.ready_at = timezone.now()
    export.save()
    jobs.enqueue("reports.forget_export", due_at=export.ready_at + KEPT, export=str(export.id))
    outbox.publish("export.ready", exam=str(export.exam_id), export=str(export.id), reports=contents.reports)
    return export


def _store(export: Export, file: IO[bytes]) -> str:
    """Under a name of its own: a worker that was killed here left a file that the next one replaces."""
    name = f"exports/{export.institution_id}/{export.id}.zip"
    storages["reports"].delete(name)
    file.seek(0)
    key: str = storages["reports"].save(name, File(file))
    return key


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _of_exam(exam: Exam) -> list[Export]:
    found = Export.objects.filter(exam=exam, ready_at=None, cancelled_at=None)
    return list(found.select_related("job"))


def _locked(export: Export) -> Export:
    found = Export.objects.select_for_update().filter(id=export.id).first()
    if found is None:
        raise Cancelled
    return found


def _delete_on_commit(key: str) -> None:
    if key:
        transaction.on_commit(lambda: storages["reports"].delete(key))

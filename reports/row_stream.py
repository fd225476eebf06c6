"""An answer that is read from the database while it is sent, in the scope of its institution."""

import uuid
from collections.abc import Generator
from datetime import datetime
from itertools import islice
from typing import IO

from django.core.files.storage import storages
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.tenancy import tenant_scope
from exams.models import Exam
from proctoring.analytics import Scope
from proctoring.stepped import SteppedResponse
from reports.analytics_export import analytics_csv, analytics_json, find
from reports.audit_export import audit_csv, audit_json, entries_between
from reports.exam_export import exam_csv, exam_json
from reports.exam_rows import sittings_of
from reports.models import Export, ExportState
from reports.plain_text import file_name_part

PARTS_AT_ONCE = 200
FILE_PART_BYTES = 16 * 1024
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class RowStream(SteppedResponse):
    def __init__(
        self, parts: Generator[bytes], *, institution_id: uuid.UUID | None, file_name: str, content_type: str
    ) -> None:
        assert institution_id is not None
        self._parts = parts
        self._institution_id = institution_id
        super().__init__(self._next, close=parts.close, content_type=content_type)
        self["Content-Disposition"] = f'attachment; filename="{file_name}"'
        self["Cache-Control"] = "private, no-store"

    def _next(self) -> bytes:
        # The middleware's scope ended with the view; each step opens its own.
        with tenant_scope(self._institution_id):
            return b"".join(islice(self._parts, PARTS_AT_ONCE))


def exam_stream(exam: Exam, kind: str) -> RowStream:
    sittings = sittings_of(exam, timezone.now())
    return RowStream(
        exam_csv(sittings) if kind == "csv" else exam_json(exam, sittings),
        institution_id=exam.institution_id,
        file_name="-".join(filter(None, ("exam", file_name_part(exam.title)))) + f".{kind}",
        content_type=CONTENT_TYPES[kind],
    )


def audit_stream(
    institution_id: uuid.UUID, kind: str, *, since: datetime | None, until: datetime | None
) -> RowStream:
    entries = entries_between(since, until)
    parts = (
        audit_csv(entries)
        if kind == "csv"
        else audit_json(entries, institution_id=institution_id, since=since, until=until)
    )
    return RowStream(
        parts,
        institution_id=institution_id,
        file_name=f"audit-log.{kind}",
        content_type=CONTENT_TYPES[kind],
    )


def analytics_stream(institution_id: uuid.UUID, scope: Scope, kind: str) -> RowStream:
    found = find(scope)
    return RowStream(
        analytics_csv(found) if kind == "csv" else analytics_json(found),
        institution_id=institution_id,
        file_name="-".join(
            filter(None, ("analytics", file_name_part(scope.exam.title if scope.exam else "")))
        )
        + f".{kind}",
        content_type=CONTENT_TYPES[kind],
    )


def archive_stream(export: Export) -> RowStream:
    if export.state != ExportState.READY:
        raise NotFound("export_not_there", _("This file is not there: it is not ready yet, or was deleted."))
    return zip_stream(
        export.storage_key,
        institution_id=export.institution_id,
        file_name=f"reports-{file_name_part(export.exam.title)}.zip",
        size_bytes=export.size_bytes,
    )


def zip_stream(storage_key: str, *, institution_id: uuid.UUID, file_name: str, size_bytes: int) -> RowStream:
    """A ZIP that was made before, from storage in parts."""
    try:
        file = storages["reports"].open(storage_key)
    except FileNotFoundError:
        raise NotFound("export_gone", _("The file of this export is no longer stored.")) from None
    parts = _file_parts(file)
    next(parts)  # from here on closing the parts closes the file
    stream = RowStream(
        parts, institution_id=institution_id, file_name=file_name, content_type="application/zip"
    )
    stream["Content-Length"] = str(size_bytes)
    return stream


def _file_parts(file: IO[bytes]) -> Generator[bytes]:
    with file:
        yield b""
        while data := file.read(FILE_PART_BYTES):
            yield data

"""The newest reports of an exam in one ZIP, with a table of the sittings and the files' hashes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.db.models import OuterRef, Subquery

from accounts.errors import Conflict, NotFound
from exams.models import Exam, Session
from reports.exam_export import exam_csv
from reports.exam_rows import SittingLine
from reports.models import Report
from reports.plain_text import file_name_part
from reports.stored_files import stored

# The earliest time that a ZIP can name: an archive of the same reports is the same file.
TIMELESS = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Contents:
    """How many reports the archive holds, and how many sittings have none that could be put in."""

    reports: int
    missing: int


def write_archive(
    file: IO[bytes], exam: Exam, sittings: Iterable[SittingLine], *, tell: Callable[[int, int], None]
) -> Contents:
    """`tell` hears after each report how many of how many are done; what it raises ends the work."""
    reports = list(_newest_reports(exam))
    hashes: list[str] = []
    missing = [_named(session) for session in _without_report(exam)]
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for place, report in enumerate(reports, start=1):
            standing = "final" if report.is_final else "provisional"
            name = f"{_named(report.session)}-{standing}-v{report.version}.pdf"
            data = _pdf(report)
            if data is None:
                missing.append(name)
            else:
                # PDFs are compressed already.
                _add(archive, name, data, ZIP_STORED)
                hashes.append(f"{report.pdf_sha256}  {name}\n")
            tell(place, len(reports))
        _add(archive, "sittings.csv", b"".join(exam_csv(sittings)))
        _add(archive, "SHA256SUMS", "".join(hashes).encode())
        if missing:
            _add(archive, "WITHOUT-REPORT.txt", "".join(f"{name}\n" for name in missing).encode())
    return Contents(len(hashes), len(missing))


def has_reports(exam: Exam) -> bool:
    return Report.objects.filter(session__exam=exam).exists()


def _newest_reports(exam: Exam) -> Iterator[Report]:
    newest = Report.objects.filter(session=OuterRef("session")).order_by("-version").values("id")[:1]
    found = Report.objects.filter(session__exam=exam, id=Subquery(newest))
    order = ("session__candidate__name", "session__candidate__external_id", "session_id")
    return found.select_related("session__candidate").order_by(*order).iterator()


def _without_report(exam: Exam) -> Iterator[Session]:
    found = Session.objects.filter(exam=exam, reports__isnull=True).select_related("candidate")
    return found.order_by("candidate__name", "id").iterator()


def _named(session: Session) -> str:
    """By name and id for people, and by a part of our id, because two people may be written alike."""
    parts = (session.candidate.name, session.candidate.external_id)
    return "-".join([*filter(None, map(file_name_part, parts)), session.id.hex[:8]])


def _pdf(report: Report) -> bytes | None:
    """The PDF, unless it is gone or is not the one that was made."""
    try:
        return stored(report, "pdf")
    except (NotFound, Conflict):
        return None


def _add(archive: ZipFile, name: str, data: bytes, compression: int = ZIP_DEFLATED) -> None:
    entry = ZipInfo(name, TIMELESS)
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)

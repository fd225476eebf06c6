"""Data of an exam and of the audit log to take away, and the page of the archives."""

import uuid
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.roles import Action
from exams.models import Exam
from reports import queries
from reports.models import ExportState
from reports.row_stream import RowStream, archive_stream, audit_stream, exam_stream
from reports.services import exporting

SHOWN = 100


@require_safe
@requires(Action.VIEW_EXAMS)
def exam_file(request: MemberRequest, exam_id: uuid.UUID, kind: str) -> RowStream:
    exam = get_object_or_404(Exam.objects.all(), id=exam_id)
    if request.method == "GET":
        exporting.note_taking(
            what=f"exam:{exam.id}", kind=kind, actor=request.membership.user, ip=client_ip(request)
        )
    return exam_stream(exam, kind)


@require_safe
@requires(Action.VIEW_AUDIT)
def audit_file(request: MemberRequest, kind: str) -> RowStream:
    institution = request.membership.institution
    since, until = _days(request, ZoneInfo(institution.timezone))
    if request.method == "GET":
        exporting.note_taking(
            what="audit",
            kind=kind,
            actor=request.membership.user,
            ip=client_ip(request),
            since=since.isoformat() if since else None,
            until=until.isoformat() if until else None,
        )
    return audit_stream(institution.id, kind, since=since, until=until)


@require_safe
@requires(Action.VIEW_EXAMS)
def export_list(request: MemberRequest) -> HttpResponse:
    found = list(queries.exports()[:SHOWN])
    context = {"exports": found, "under_way": any(one.is_under_way for one in found), "kept": exporting.KEPT}
    page = "reports/export_rows.html" if _is_part(request) else "reports/exports.html"
    return render(request, page, context)


@require_POST
@requires(Action.VIEW_EXAMS)
def ask(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    exam = get_object_or_404(Exam.objects.all(), id=exam_id)
    exporting.ask_for_reports(exam=exam, actor=request.membership.user, ip=client_ip(request))
    return redirect("reports:exports")


@require_POST
@requires(Action.VIEW_EXAMS)
def cancel(request: MemberRequest, export_id: uuid.UUID) -> HttpResponse:
    export = get_object_or_404(queries.exports(), id=export_id)
    was_ready = export.state == ExportState.READY
    exporting.cancel_export(export=export, actor=request.membership.user, ip=client_ip(request))
    messages.success(request, _("The file is deleted.") if was_ready else _("The export is cancelled."))
    return redirect("reports:exports")


@require_safe
@requires(Action.VIEW_EXAMS)
def export_file(request: MemberRequest, export_id: uuid.UUID) -> RowStream:
    export = get_object_or_404(queries.exports(), id=export_id)
    stream = archive_stream(export)
    if request.method == "GET":
        exporting.note_taking(
            what=f"export:{export.id}", kind="zip", actor=request.membership.user, ip=client_ip(request)
        )
    return stream


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _days(request: HttpRequest, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """From the start of the first day to the end of the last one, in the institution's time."""
    first, last = _day(request, "since"), _day(request, "until")
    if first and last and first > last:
        raise DomainError("range", _("The first day must not come after the last one."), field="since")
    start = datetime.combine(first, time.min, zone).astimezone(UTC) if first else None
    end = datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC) if last else None
    return start, end


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DomainError("date", _("Write a day as in 2030-01-31."), field=name) from None
    if not 2000 <= day.year <= timezone.now().year + 1:
        raise DomainError("date", _("Choose a day between the year 2000 and now."), field=name)
    return day

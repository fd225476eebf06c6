"""Data of an exam and of the audit log to take away, and the page of the archives."""

import uuid
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.roles import Action
from exams.models import Exam
from reports import queries
from reports.models import ExportState
from reports.periods import read_period
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
    period, zone = read_period(request.GET), ZoneInfo(institution.timezone)
    since, until = period.since(zone), period.until(zone)
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

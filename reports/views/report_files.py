"""The report's files, for members of the institution; kept by no cache."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import Conflict, DomainError, NotFound
from accounts.middleware import error_body, wants_json
from accounts.roles import Action
from exams.models import Session
from reports import queries, services
from reports.csv_export import intervals_csv
from reports.json_export import intervals_of_json
from reports.models import Report
from reports.plain_text import file_name_part
from reports.stored_files import stored

RETRY_AFTER_S = 3
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "intervals": "text/csv; charset=utf-8",
    "json": "application/json",
}
ENDINGS = {"pdf": ".pdf", "csv": ".csv", "intervals": "-intervals.csv", "json": ".json"}


class BeingMade(DomainError):
    status = 503
    title = "One moment"
    # Seconds after which it is worth asking again.
    wait = RETRY_AFTER_S

    def __init__(self) -> None:
        super().__init__("report_being_made", "The report is being made. Try again in a few seconds.")


@require_safe
@requires(Action.VIEW_EXAMS)
def report_file(request: MemberRequest, session_id: uuid.UUID, kind: str) -> HttpResponse:
    session = find_session(session_id)
    try:
        report = wanted_report(session, request.GET.get("version"))
    except BeingMade as error:
        return _being_made(request, session, error)
    answer = file_answer(session, report, kind)
    if request.method == "GET":
        services.note_reading(report=report, kind=kind, actor=request.membership.user, ip=client_ip(request))
    return answer


def find_session(session_id: uuid.UUID) -> Session:
    session: Session = get_object_or_404(Session.objects.select_related("exam", "candidate"), id=session_id)
    return session


def wanted_report(session: Session, version: str | None) -> Report:
    """That version, or the newest; otherwise why there is none."""
    if version is not None:
        known = version.isascii() and version.isdecimal() and len(version) < 9
        report = queries.report_version(session, int(version)) if known else None
        if report is None:
            raise NotFound("report_version", _("This report has no such version."))
        return report
    newest = queries.latest_report(session)
    if newest is not None:
        return newest
    if not session.has_ended or session.started_at is None:
        raise Conflict("report_not_yet", _("The report is made when the sitting has ended."))
    if queries.has_failed(session):
        raise Conflict(
            "report_failed",
            _("The report could not be made. Ask whoever runs Invigil to look at the job list."),
        )
    raise BeingMade


def file_answer(session: Session, report: Report, kind: str) -> HttpResponse:
    response = HttpResponse(_file(report, kind), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{_file_name(session, report)}{ENDINGS[kind]}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _being_made(request: HttpRequest, session: Session, error: BeingMade) -> HttpResponse:
    response = (
        JsonResponse(error_body(request, error), status=error.status)
        if wants_json(request)
        else render(request, "reports/being_made.html", {"session": session}, status=error.status)
    )
    response["Retry-After"] = str(RETRY_AFTER_S)
    response["Cache-Control"] = "no-store"
    return response


def _file(report: Report, kind: str) -> bytes:
    """As it is stored; the intervals are a part of the JSON in another form."""
    if kind == "intervals":
        return intervals_csv(intervals_of_json(stored(report, "json")))
    return stored(report, kind)


def _file_name(session: Session, report: Report) -> str:
    """Plain ASCII: no name can break the header or the file system."""
    parts = (session.exam.title, session.candidate.name, session.candidate.external_id)
    named = [part for part in map(file_name_part, parts) if part]
    standing = "final" if report.is_final else "provisional"
    return "-".join(["report", *named, standing, f"v{report.version}"])

"""The pages of analytics, of one exam and of the institution, and their files."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.roles import Action
from exams.models import Exam
from proctoring.analytics import Scope
from proctoring.verdict_counts import ENOUGH
from reports.analytics_charts import coverage_columns, flag_columns, heat_lines
from reports.analytics_export import find
from reports.periods import Period, read_period
from reports.row_stream import RowStream, analytics_stream
from reports.services import exporting


@never_cache
@requires(Action.VIEW_EXAMS)
@require_safe
def of_institution(request: MemberRequest) -> HttpResponse:
    return _page(request, None)


@never_cache
@requires(Action.VIEW_EXAMS)
@require_safe
def of_exam(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    return _page(request, get_object_or_404(Exam.objects.all(), id=exam_id))


@requires(Action.VIEW_EXAMS)
@require_safe
def institution_file(request: MemberRequest, kind: str) -> RowStream:
    return _file(request, None, kind)


@requires(Action.VIEW_EXAMS)
@require_safe
def exam_file(request: MemberRequest, exam_id: uuid.UUID, kind: str) -> RowStream:
    return _file(request, get_object_or_404(Exam.objects.all(), id=exam_id), kind)


def _page(request: MemberRequest, exam: Exam | None) -> HttpResponse:
    """With a period that cannot be read everything is shown, and the reason."""
    problem, period = None, Period()
    try:
        period = read_period(request.GET)
    except DomainError as error:
        problem = error
    found = find(_scope(exam, period))
    steps = found.numbers.steps
    return render(
        request,
        "reports/analytics.html",
        {
            "exam": exam,
            "found": found,
            "numbers": found.numbers,
            "flag_chart": flag_columns(steps),
            "coverage_chart": coverage_columns(steps),
            "heat": heat_lines(found.heat) if found.heat and any(found.heat.totals) else [],
            "period": period,
            "problem": problem,
            "typed": {name: request.GET.get(name, "") for name in ("since", "until")},
            "query": "" if problem else request.GET.urlencode(),
            "enough": ENOUGH,
        },
        status=422 if problem else 200,
    )


def _file(request: MemberRequest, exam: Exam | None, kind: str) -> RowStream:
    scope = _scope(exam, read_period(request.GET))
    if request.method == "GET":
        exporting.note_taking(
            what=f"analytics:{exam.id}" if exam else "analytics",
            kind=kind,
            actor=request.membership.user,
            ip=client_ip(request),
        )
    return analytics_stream(request.membership.institution_id, scope, kind)


def _scope(exam: Exam | None, period: Period) -> Scope:
    """Days are those of the zone in which the page tells all times."""
    zone = timezone.get_current_timezone()
    return Scope(zone=zone, exam=exam, since=period.since(zone), until=period.until(zone))

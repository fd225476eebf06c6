"""The console's exam pages: the list, one exam, its settings."""

import uuid

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import posted
from accounts.roles import Action, may
from exams import queries, services
from exams.forms import CandidateForm, ExamForm, initial_of
from exams.models import Exam
from exams.states import SessionState

EXAMS_A_PAGE = 25
CANDIDATES_A_PAGE = 100
LONGEST_SEARCH = 100


@requires(Action.VIEW_EXAMS)
@require_safe
def exam_list(request: MemberRequest) -> HttpResponse:
    search = _word(request, "q")
    page = _page(request, queries.exams_with_counts(search=search), EXAMS_A_PAGE)
    return render(
        request,
        "exams/list.html",
        {
            "page": page,
            "search": search,
            "query": _query(request),
            "may_edit": may(request.membership.role, Action.EDIT_EXAMS),
        },
    )


@requires(Action.EDIT_EXAMS)
@require_http_methods(["GET", "POST"])
def exam_new(request: MemberRequest) -> HttpResponse:
    form = ExamForm(posted(request))
    if form.is_valid():
        try:
            exam = services.create_exam(
                settings=form.exam_settings(), actor=request.membership.user, ip=client_ip(request)
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            return redirect("exams:detail", exam.id)
    return _exam_form(request, form, None)


@requires(Action.EDIT_EXAMS)
@require_http_methods(["GET", "POST"])
def exam_edit(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    exam = get_object_or_404(Exam, id=exam_id)
    form = ExamForm(posted(request), initial=initial_of(exam))
    form.keep_policy(exam.risk_policy)
    if form.is_valid():
        try:
            services.change_exam(
                exam=exam, settings=form.exam_settings(), actor=request.membership.user, ip=client_ip(request)
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            return redirect("exams:detail", exam.id)
    return _exam_form(request, form, exam)


@requires(Action.VIEW_EXAMS)
@require_safe
def exam_detail(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    return exam_page(request, get_object_or_404(Exam, id=exam_id), CandidateForm())


def exam_page(request: MemberRequest, exam: Exam, form: CandidateForm) -> HttpResponse:
    """The exam with its candidates; a refused candidate form is shown again in its place."""
    search, state = _word(request, "q"), _word(request, "state")
    page = _page(request, queries.sessions_of_exam(exam, search=search, state=state), CANDIDATES_A_PAGE)
    counts = queries.state_counts(exam)
    return render(
        request,
        "exams/detail.html",
        {
            "exam": exam,
            "page": page,
            "rows": [queries.candidate_row(session) for session in page],
            "counts": [(choice, counts[choice]) for choice in SessionState if choice in counts],
            "candidate_count": sum(counts.values()),
            "search": search,
            "state": state,
            "query": _query(request),
            "form": form.mark_errors(),
            "may_edit": may(request.membership.role, Action.EDIT_EXAMS),
        },
        status=422 if form.errors else 200,
    )


def _exam_form(request: HttpRequest, form: ExamForm, exam: Exam | None) -> HttpResponse:
    return render(
        request,
        "exams/form.html",
        {"form": form.mark_errors(), "exam": exam},
        status=422 if form.errors else 200,
    )


def _word(request: HttpRequest, name: str) -> str:
    # A NUL cannot be searched for: PostgreSQL refuses it.
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]


def _page(request: HttpRequest, rows: QuerySet[Model], size: int) -> Page[Model]:
    return Paginator(rows, size).get_page(request.GET.get("page"))


def _query(request: HttpRequest) -> str:
    """The filters of the address without the page, for the links to other pages."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()

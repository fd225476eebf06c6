"""A candidate's page with what they are allowed, and the same for many at once."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, client_ip, requires
from accounts.forms import posted
from accounts.models import User
from accounts.roles import Action, may
from exams.adjustments import live_allowances
from exams.allowance_forms import AllowanceForm, ManyAllowancesForm
from exams.allowance_words import granted_words
from exams.models import Allowance, Candidate, Exam, Session
from proctoring.services import allowing

BATCHES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Batch:
    """What many were granted at once: when, by whom (None: a program), how many of them still have it."""

    number: uuid.UUID
    at: datetime
    by: User | None
    count: int
    words: list[str]


@never_cache
@requires(Action.VIEW_EXAMS)
@require_http_methods(["GET", "POST"])
def candidate(request: HttpRequest, candidate_id: uuid.UUID) -> HttpResponse:
    """Everybody sees what is granted; the form and the reasons are for those who may edit exams."""
    if request.method == "POST":
        return grant(request, candidate_id)
    person = get_object_or_404(Candidate.objects.all(), id=candidate_id)
    chosen = request.GET.get("exam", "")
    return _candidate_page(request, person, _form(request, person, initial={"exam": chosen}))


@requires(Action.EDIT_EXAMS)
def grant(request: HttpRequest, candidate_id: uuid.UUID) -> HttpResponse:
    person = get_object_or_404(Candidate.objects.all(), id=candidate_id)
    form = _form(request, person)
    if not form.is_valid():
        return _candidate_page(request, person, form)
    allowing.grant_allowance(
        candidate=person,
        exam=form.exam_chosen,
        terms=form.terms(),
        actor=cast(User, request.user),
        ip=client_ip(request),
    )
    messages.success(request, _("This is granted to %(name)s.") % {"name": person.name})
    return redirect("proctoring:candidate", candidate_id=person.id)


@requires(Action.EDIT_EXAMS)
@require_POST
def withdraw(request: HttpRequest, allowance_id: uuid.UUID) -> HttpResponse:
    allowance = get_object_or_404(Allowance.objects.all(), id=allowance_id)
    allowing.withdraw_allowance(allowance=allowance, actor=cast(User, request.user), ip=client_ip(request))
    messages.success(
        request, _("The allowance is withdrawn. A sitting under way keeps the time it was given.")
    )
    return redirect("proctoring:candidate", candidate_id=allowance.candidate_id)


@never_cache
@requires(Action.EDIT_EXAMS)
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest, exam_id: uuid.UUID) -> HttpResponse:
    """First it is shown who would be granted what, then it is done."""
    exam = get_object_or_404(Exam.objects.all(), id=exam_id)
    form = ManyAllowancesForm(posted(request), exams=[exam], initial={"exam": str(exam.id)})
    if not form.is_valid():
        return _many_page(request, exam, form, status=422 if form.errors else 200)
    people: list[Candidate] = form.cleaned_data["ids"]
    if request.POST.get("step") != "grant":
        return _many_page(request, exam, form, people=people)
    allowing.grant_to_many(
        candidates=people,
        exam=form.exam_chosen,
        terms=form.terms(),
        actor=cast(User, request.user),
        ip=client_ip(request),
    )
    words = ngettext(
        "This is granted to %(n)s candidate.", "This is granted to %(n)s candidates.", len(people)
    )
    messages.success(request, words % {"n": len(people)})
    return redirect("proctoring:allow-many", exam_id=exam.id)


@requires(Action.EDIT_EXAMS)
@require_POST
def undo(request: HttpRequest, exam_id: uuid.UUID, batch: uuid.UUID) -> HttpResponse:
    exam = get_object_or_404(Exam.objects.all(), id=exam_id)
    get_object_or_404(Allowance.objects.filter(batch=batch)[:1])
    ended = allowing.undo_batch(batch=batch, actor=cast(User, request.user), ip=client_ip(request))
    words = ngettext(
        "It is taken back from %(n)s candidate.", "It is taken back from %(n)s candidates.", len(ended)
    )
    messages.success(request, words % {"n": len(ended)})
    return redirect("proctoring:allow-many", exam_id=exam.id)


def _form(request: HttpRequest, person: Candidate, initial: dict[str, str] | None = None) -> AllowanceForm:
    exams = Exam.objects.filter(sessions__candidate=person).order_by("title", "id")
    return AllowanceForm(posted(request), exams=exams, initial=initial)


def _candidate_page(request: HttpRequest, person: Candidate, form: AllowanceForm) -> HttpResponse:
    now = timezone.now()
    counting = live_allowances(now).filter(candidate=person).select_related("exam", "granted_by")
    sessions = Session.objects.filter(candidate=person).select_related("exam").order_by("-created_at", "id")
    return render(
        request,
        "proctoring/candidate.html",
        {
            "candidate": person,
            "allowances": [(one, granted_words(one)) for one in counting],
            "sessions": sessions,
            "form": form.mark_errors(),
            "may_edit": may(cast(MemberRequest, request).membership.role, Action.EDIT_EXAMS),
        },
        status=422 if form.errors else 200,
    )


def _many_page(
    request: HttpRequest,
    exam: Exam,
    form: ManyAllowancesForm,
    *,
    people: list[Candidate] | None = None,
    status: int = 200,
) -> HttpResponse:
    held = Allowance.objects.filter(exam=form.exam_chosen if people else exam, ended_at__isnull=True)
    replaced = set(held.filter(candidate__in=people or []).values_list("candidate_id", flat=True))
    wanted = Allowance(**form.terms().as_fields()) if people else None
    return render(
        request,
        "proctoring/allow_many.html",
        {
            "exam": exam,
            "form": form.mark_errors(),
            "people": [(person, person.id in replaced) for person in people or []],
            "granted": granted_words(wanted) if wanted else [],
            "batches": _batches(exam),
        },
        status=status,
    )


def _batches(exam: Exam) -> list[Batch]:
    """What was granted to many at once, some of them of this exam, and still counts; newest first."""
    sat = Session.objects.filter(exam=exam).values("candidate")
    live = Allowance.objects.filter(batch__isnull=False, ended_at__isnull=True)
    counted = live.filter(candidate__in=sat).order_by().values("batch")
    newest = counted.annotate(at=Max("created_at"), number=Count("id")).order_by("-at")[:BATCHES_SHOWN]
    rows = [(row, live.filter(batch=row["batch"]).select_related("granted_by").first()) for row in newest]
    return [
        Batch(row["batch"], row["at"], one.granted_by, row["number"], granted_words(one))
        for row, one in rows
        if one is not None
    ]


allowance_patterns: list[URLPattern] = [
    path("candidates/<uuid:candidate_id>/", candidate, name="candidate"),
    path("allowances/<uuid:allowance_id>/withdraw/", withdraw, name="allowance-withdraw"),
    path("exams/<uuid:exam_id>/allowances/", many, name="allow-many"),
    path("exams/<uuid:exam_id>/allowances/<uuid:batch>/undo/", undo, name="allowances-undo"),
]

"""Who sits an exam: adding people, their links, cancelling a sitting."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from defusedcsv import csv
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import posted
from accounts.models import User
from accounts.roles import Action
from exams import invitations, queries, roster, services
from exams.forms import CandidateForm, RosterForm
from exams.models import Exam, Invitation, Session
from exams.views.console import CANDIDATES_A_PAGE, exam_page

TEXT_SHOWN_AGAIN = 200_000


@requires(Action.EDIT_EXAMS)
@require_POST
def candidate_add(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    exam = get_object_or_404(Exam, id=exam_id)
    form = CandidateForm(request.POST)
    if form.is_valid():
        try:
            session = services.add_candidate(
                exam=exam, details=form.details(), actor=request.membership.user, ip=client_ip(request)
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            messages.success(
                request, _("%(name)s is added. Copy the link and send it.") % {"name": session.candidate.name}
            )
            return _to_row(session)
    return exam_page(request, exam, form)


@requires(Action.EDIT_EXAMS)
@require_http_methods(["GET", "POST"])
def candidates_import(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    """Everybody on the list or nobody: with a problem in any line nothing is written."""
    exam = get_object_or_404(Exam, id=exam_id)
    form = RosterForm(posted(request), request.FILES)
    problems: tuple[roster.Problem, ...] = ()
    if form.is_valid():
        content = form.content()
        read = roster.read_roster(content, seated=queries.seated_external_ids(exam))
        problems = read.problems or _import(request, exam, read.rows)
        if not problems:
            messages.success(request, _added(len(read.rows)))
            return redirect("exams:detail", exam.id)
        form = RosterForm(initial={"text": _shown_again(content)})
    return render(
        request,
        "exams/import.html",
        {
            "exam": exam,
            "form": form.mark_errors(),
            "problems": problems[: roster.MAX_PROBLEMS_SHOWN],
            "problem_count": len(problems),
            "max_rows": roster.MAX_ROWS,
        },
        status=422 if problems or form.errors else 200,
    )


@requires(Action.EDIT_EXAMS)
@require_safe
def candidates_template(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    get_object_or_404(Exam, id=exam_id)
    # The mark makes spreadsheets read the file, and save it again, as UTF-8.
    response = HttpResponse("\ufeff" + roster.TEMPLATE, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="candidates.csv"'
    return response


@never_cache
@requires(Action.EDIT_EXAMS)
@require_POST
def links_file(request: MemberRequest, exam_id: uuid.UUID) -> HttpResponse:
    """The unused links with whom they are for, to send them with a mail merge."""
    exam = get_object_or_404(Exam, id=exam_id)
    links = invitations.take_out(exam=exam, actor=request.membership.user, ip=client_ip(request))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="links.csv"'
    # A name may begin like a formula; this writer disarms it.
    writer = csv.writer(response)
    writer.writerow(["external_id", "name", "email", "link"])
    writer.writerows([link.external_id, link.name, link.email, link.url] for link in links)
    return response


@dataclass(frozen=True, slots=True)
class Question:
    """A change to a candidate's sitting that is asked about first."""

    title: str | Promise
    words: str | Promise
    button: str | Promise
    done: str | Promise
    is_harmful: bool = True


REISSUE = Question(
    title=gettext_lazy("Make a new link?"),
    words=gettext_lazy(
        "The link sent before stops working. If the exam is already open in a browser, it stays "
        "there until the new link is opened, which then takes the exam over."
    ),
    button=gettext_lazy("Make a new link"),
    done=gettext_lazy("There is a new link. Copy it and send it."),
    is_harmful=False,
)
REVOKE = Question(
    title=gettext_lazy("Withdraw the link?"),
    words=gettext_lazy(
        "Nobody can open the exam with it any more. A browser that has it open already stays in the exam. "
        "You can make a new link later."
    ),
    button=gettext_lazy("Withdraw the link"),
    done=gettext_lazy("The link is withdrawn."),
)
CANCEL = Question(
    title=gettext_lazy("Cancel this sitting?"),
    words=gettext_lazy(
        "The candidate cannot sit this exam any more, and the link stops working. This cannot be undone."
    ),
    button=gettext_lazy("Cancel the sitting"),
    done=gettext_lazy("The sitting is cancelled."),
)


@requires(Action.EDIT_EXAMS)
@require_http_methods(["GET", "POST"])
def link_reissue(request: MemberRequest, exam_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    def reissue(session: Session, actor: User, ip: str) -> Model:
        return invitations.issue(session=session, actor=actor, ip=ip)

    return _ask_then(request, exam_id, session_id, REISSUE, reissue)


@requires(Action.EDIT_EXAMS)
@require_http_methods(["GET", "POST"])
def link_revoke(request: MemberRequest, exam_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    def revoke(session: Session, actor: User, ip: str) -> Model:
        invitation = get_object_or_404(Invitation, session=session, revoked_at__isnull=True)
        return invitations.revoke(invitation=invitation, actor=actor, ip=ip)

    return _ask_then(request, exam_id, session_id, REVOKE, revoke)


@requires(Action.EDIT_EXAMS)
@require_http_methods(["GET", "POST"])
def session_cancel(request: MemberRequest, exam_id: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    def cancel(session: Session, actor: User, ip: str) -> Model:
        return services.cancel(session=session, actor=actor, ip=ip)

    return _ask_then(request, exam_id, session_id, CANCEL, cancel)


def _ask_then(
    request: MemberRequest,
    exam_id: uuid.UUID,
    session_id: uuid.UUID,
    question: Question,
    change: Callable[[Session, User, str], Model],
) -> HttpResponse:
    session = get_object_or_404(
        Session.objects.select_related("exam", "candidate"), id=session_id, exam_id=exam_id
    )
    if request.method == "POST":
        change(session, request.membership.user, client_ip(request))
        messages.success(request, f"{session.candidate.name}: {question.done}")
        return _to_row(session)
    return render(request, "exams/confirm.html", {"session": session, "question": question})


def _to_row(session: Session) -> HttpResponse:
    """Back to the exam; where its candidates fill several pages, to the one that was changed."""
    url = reverse("exams:detail", args=[session.exam_id])
    if Session.objects.filter(exam=session.exam_id).count() > CANDIDATES_A_PAGE:
        url += "?" + urlencode({"q": session.candidate.external_id}) + "#candidates"
    return redirect(url)


def _import(
    request: MemberRequest, exam: Exam, rows: tuple[services.CandidateDetails, ...]
) -> tuple[roster.Problem, ...]:
    try:
        services.add_candidates(
            exam=exam, rows=list(rows), actor=request.membership.user, ip=client_ip(request)
        )
    except DomainError as error:
        return (roster.Problem(None, error.message),)
    return ()


def _shown_again(content: bytes) -> str:
    """A short list comes back into the text field, to be mended there."""
    return roster.decode(content).replace("\0", "") if len(content) <= TEXT_SHOWN_AGAIN else ""


def _added(number: int) -> str:
    return "1 candidate is added." if number == 1 else f"{number} candidates are added."

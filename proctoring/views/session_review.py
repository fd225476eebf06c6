"""The review of one sitting: moment by moment, and then the sitting as a whole."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError, NotFound
from accounts.models import User
from accounts.roles import Action, may
from exams.models import Session
from proctoring.models import Decision, Outcome, ReviewState
from proctoring.moments import Moment
from proctoring.queries import coverage, risk_of
from proctoring.reasons import LONGEST_REASON
from proctoring.review_detail import (
    SessionReview,
    can_undo,
    past_verdicts,
    session_review,
    suggested_reasons,
)
from proctoring.review_queue import next_in_queue
from proctoring.services.review import dismiss_rule, give_verdicts, take_back_verdicts
from proctoring.services.reviewing import claim_review, decide_session, release_review, reopen_session
from proctoring.session_detail import recommendation, report_stage
from proctoring.views.console import find_session

KEYS = {Decision.CONFIRMED: "c", Decision.DISMISSED: "d", Decision.TECHNICAL: "t"}
MEANINGS = {
    Outcome.PASS: gettext_lazy("Nothing speaks against this sitting."),
    Outcome.PASS_WITH_REVIEW: gettext_lazy("Something happened that your reason names, and it is all right."),
    Outcome.REVIEW_REQUIRED: gettext_lazy("Your reason says what to look into. Nobody fails by this alone."),
}


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def review(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    return _page(request, find_session(session_id), wanted=_flag_id(request.GET.get("moment", "")))


@require_POST
@never_cache
@requires(Action.REVIEW)
def verdicts(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """One decision on the flags that are ticked; the next moment that waits comes back."""
    session = find_session(session_id)
    sent = [_flag_id(text) for text in request.POST.getlist("flag")]
    typed = {name: request.POST.get(name, "") for name in ("decision", "reason")}
    moment = _flag_id(request.POST.get("moment", ""))
    try:
        if None in sent:
            raise NotFound("flag_unknown", _("This sitting has no such flag."))
        given = give_verdicts(session=session, flag_ids=cast(list[uuid.UUID], sent), **typed, **_by(request))
    except DomainError as error:
        return _refused(request, session, error, wanted=moment, **typed)
    label = Decision(typed["decision"]).label
    words = ngettext(
        "Saved for %(count)s flag: %(label)s.", "Saved for %(count)s flags: %(label)s.", len(given)
    )
    return _done(request, session, words % {"count": len(given), "label": label}, after=moment)


@require_POST
@never_cache
@requires(Action.REVIEW)
def undo(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = find_session(session_id)
    try:
        flags = take_back_verdicts(session=session, **_by(request))
    except DomainError as error:
        return _refused(request, session, error)
    return _done(request, session, _("Your last decision is taken back."), show=flags[0])


@require_POST
@never_cache
@requires(Action.REVIEW)
def claim(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = find_session(session_id)
    claim_review(session=session, take_over=request.POST.get("take_over") == "1", **_by(request))
    return redirect("proctoring:session-review", session_id=session.id)


@require_POST
@never_cache
@requires(Action.REVIEW)
def release(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    release_review(session=find_session(session_id), **_by(request))
    messages.success(request, _("The sitting is back in the queue. Your decisions on its flags stay."))
    return redirect("proctoring:review-queue")


@require_POST
@never_cache
@requires(Action.REVIEW)
def decide(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = find_session(session_id)
    outcome, reason = request.POST.get("recommendation", ""), request.POST.get("reason", "")
    try:
        decide_session(session=session, outcome=outcome, reason=reason, **_by(request))
    except DomainError as error:
        return _refused(request, session, error, outcome=outcome, outcome_reason=reason)
    return _done(request, session, _("The sitting is decided. Its final report is being made."))


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.REVIEW)
def reopen(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = find_session(session_id)

    def act(reason: str) -> str:
        reopen_session(session=session, reason=reason, **_by(request))
        return _("The sitting is open again, and you have it in review.")

    return _with_reason(request, session, "reopen", act)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.REVIEW)
def rule(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Every flag of one rule that waits, technical at once: asked for first."""
    session = find_session(session_id)
    named = request.POST.get("rule") or request.GET.get("rule", "")
    waiting = {name: (label, number) for name, label, number in session_review(session).waiting_rules}
    label, number = waiting.get(named, (named, 0))

    def act(reason: str) -> str:
        given = len(dismiss_rule(session=session, rule=named, reason=reason, **_by(request)))
        words = ngettext("%(count)s flag is technical now.", "%(count)s flags are technical now.", given)
        return words % {"count": given}

    return _with_reason(request, session, "rule", act, rule=named, label=label, number=number)


def _with_reason(
    request: HttpRequest, session: Session, name: str, act: Callable[[str], str], **context: Any
) -> HttpResponse:
    """GET asks for a reason; POST does it and goes back to the review."""
    reason, status = request.POST.get("reason", ""), 200
    if request.method == "POST":
        try:
            messages.success(request, act(reason))
            return redirect("proctoring:session-review", session_id=session.id)
        except DomainError as error:
            if error.field != "reason":
                raise
            context, status = {**context, "problem": error.message}, 422
    context |= {"session": session, "reason": reason, "longest_reason": LONGEST_REASON}
    if name == "rule":
        own = cast(User, request.user).id
        context["reasons"] = suggested_reasons(Decision.TECHNICAL, reader_id=own)
    return render(request, f"proctoring/review/{name}.html", context, status=status)


def _done(
    request: HttpRequest,
    session: Session,
    words: str,
    *,
    after: uuid.UUID | None = None,
    show: uuid.UUID | None = None,
) -> HttpResponse:
    """To a script the page's body as it is now; to a browser without one the way there."""
    if not request.headers.get("HX-Request"):
        messages.success(request, words)
        return redirect(_address(session, show))
    response = _page(request, find_session(session.id), wanted=show, after=after, said=words)
    response["HX-Replace-Url"] = reverse("proctoring:session-review", args=[session.id])
    return response


def _refused(
    request: HttpRequest,
    session: Session,
    error: DomainError,
    wanted: uuid.UUID | None = None,
    **typed: str,
) -> HttpResponse:
    return _page(
        request, find_session(session.id), wanted=wanted, status=max(error.status, 409), error=error, **typed
    )


def _page(
    request: HttpRequest,
    session: Session,
    *,
    wanted: uuid.UUID | None = None,
    after: uuid.UUID | None = None,
    status: int = 200,
    **given: Any,
) -> HttpResponse:
    """The page, or for a script its body alone."""
    member, reader = cast(MemberRequest, request).membership, cast(User, request.user)
    found = session_review(session)
    may_review = may(member.role, Action.REVIEW) and session.has_ended
    context = {
        "session": session,
        "review": found,
        "may_review": may_review,
        "is_mine": found.reviewer_id == reader.id,
        "is_elsewhere": found.reviewer_id is not None and found.reviewer_id != reader.id,
        "can_undo": may_review and can_undo(session, reader_id=reader.id),
        "rules_say": recommendation(risk_of(session), coverage(session, timezone.now())),
        "longest_reason": LONGEST_REASON,
        **_around(found, _shown(found, wanted, after)),
        **_choices(reader),
        "history": past_verdicts(session),
        **given,
    }
    if found.state == ReviewState.DECIDED:
        context["next"] = next_in_queue(after=session.id, reader_id=reader.id)
        context["report"], _progress = report_stage(session, risk_of(session))
    name = "body" if request.headers.get("HX-Request") else "session"
    return render(request, f"proctoring/review/{name}.html", context, status=status)


def _shown(found: SessionReview, wanted: uuid.UUID | None, after: uuid.UUID | None) -> Moment | None:
    """The moment that is asked for; otherwise the next that waits, after one that was decided."""
    if wanted is not None and (moment := found.moment_with(wanted)):
        return moment
    waiting = [moment for moment in found.moments if not moment.is_decided]
    before = found.moment_with(after) if after is not None else None
    later = [moment for moment in waiting if before is None or moment.since_ms > before.since_ms]
    return next(iter(later or waiting), None)


def _around(found: SessionReview, moment: Moment | None) -> dict[str, Any]:
    if moment is None:
        return {"moment": None, "earlier": found.moments[-1] if found.moments else None}
    place = found.moments.index(moment)
    return {
        "moment": moment,
        "number": place + 1,
        "earlier": found.moments[place - 1] if place else None,
        "later": found.moments[place + 1] if place + 1 < len(found.moments) else None,
    }


def _choices(reader: User) -> dict[str, Any]:
    return {
        "decisions": [
            (decision.value, decision.label, KEYS[decision], suggested_reasons(decision, reader_id=reader.id))
            for decision in Decision
        ],
        "outcomes": [(outcome.value, outcome.label, MEANINGS[outcome]) for outcome in Outcome],
    }


def _address(session: Session, show: uuid.UUID | None) -> str:
    address = reverse("proctoring:session-review", args=[session.id])
    return f"{address}?moment={show}" if show else address


def _flag_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": cast(User, request.user), "ip": client_ip(request)}


_review = "sessions/<uuid:session_id>/review"

session_review_patterns: list[URLPattern] = [
    path(f"{_review}/", review, name="session-review"),
    path(f"{_review}/verdicts/", verdicts, name="review-verdicts"),
    path(f"{_review}/undo/", undo, name="review-undo"),
    path(f"{_review}/claim/", claim, name="review-claim"),
    path(f"{_review}/release/", release, name="review-release"),
    path(f"{_review}/decide/", decide, name="review-decide"),
    path(f"{_review}/reopen/", reopen, name="review-reopen"),
    path(f"{_review}/rule/", rule, name="review-rule"),
]

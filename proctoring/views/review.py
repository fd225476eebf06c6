"""What a person does about a session: looks at a flag, decides, ends it."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, client_ip, requires
from accounts.audit import actor_of
from accounts.errors import Conflict, DomainError
from accounts.models import User
from accounts.roles import Action, may
from exams.models import Session
from exams.states import UNDER_WAY, SessionState
from proctoring import services
from proctoring.models import Decision, Flag
from proctoring.queries import FlagRow, flag_row, flag_rows, flags_with_verdicts
from proctoring.reasons import LONGEST_REASON, stated_reason
from proctoring.services.review import give_verdict

NO_REASON = gettext_lazy("Say why; the audit log and the report keep it.")
CHANGED = "session:flags, session:summary, session:timeline"


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def flag(request: HttpRequest, flag_id: uuid.UUID) -> HttpResponse:
    return _flag_page(request, _find_flag(flag_id))


@require_POST
@never_cache
@requires(Action.REVIEW)
def verdict(request: HttpRequest, flag_id: uuid.UUID) -> HttpResponse:
    found = _find_flag(flag_id)
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    try:
        give_verdict(
            flag=found,
            decision=decision,
            reason=reason,
            actor=cast(User, request.user),
            ip=client_ip(request),
        )
    except DomainError as error:
        typed = {"error": error, "decision": decision, "reason": reason}
        return _flag_page(request, found, status=422, **typed)
    if not request.headers.get("HX-Request"):
        messages.success(request, _("Your decision is saved."))
        return redirect("proctoring:flag", flag_id=found.id)
    response = _flag_page(request, _find_flag(flag_id), saved=True)
    response["HX-Trigger"] = CHANGED
    return response


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.INTERVENE)
def end(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    return _ending(request, session_id, SessionState.SUBMITTED)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.INTERVENE)
def terminate(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    return _ending(request, session_id, SessionState.TERMINATED)


def _ending(request: HttpRequest, session_id: uuid.UUID, to: SessionState) -> HttpResponse:
    """GET asks for a reason and a confirmation; POST does it."""
    session = get_object_or_404(Session.objects.select_related("exam", "candidate"), id=session_id)
    if session.state not in UNDER_WAY:
        raise Conflict(
            "not_under_way",
            _("This session is “%(get_state_display)s”. Only one that is under way can be ended.")
            % {"get_state_display": session.get_state_display()},
        )
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            return _end(request, session, to, stated_reason(reason, missing=NO_REASON))
        except DomainError as error:
            if error.field != "reason":
                raise
            return _confirmation(request, session, to, status=422, problem=error.message, reason=reason)
    return _confirmation(request, session, to)


def _end(request: HttpRequest, session: Session, to: SessionState, reason: str) -> HttpResponse:
    services.end_session(
        session=session, to=to, reason=reason, actor=actor_of(cast(User, request.user)), ip=client_ip(request)
    )
    done = "terminated" if to == SessionState.TERMINATED else "ended"
    messages.success(
        request,
        _("The session of %(name)s is %(done)s. The report is being made.")
        % {"name": session.candidate.name, "done": done},
    )
    return redirect("proctoring:session", session_id=session.id)


def _confirmation(
    request: HttpRequest, session: Session, to: SessionState, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"session": session, "terminating": to == SessionState.TERMINATED}
    return render(request, "proctoring/session_end.html", context, status=status)


def _find_flag(flag_id: uuid.UUID) -> Flag:
    return get_object_or_404(flags_with_verdicts().select_related("session__candidate"), id=flag_id)


def _flag_page(request: HttpRequest, found: Flag, status: int = 200, **context: Any) -> HttpResponse:
    """The flag as a page of its own, or as the content of the session page's dialog."""
    row = flag_row(found)
    earlier, later, number, count = _neighbours(flag_rows(found.session), found.id)
    role = cast(MemberRequest, request).membership.role
    given = {
        "flag": row,
        "session": found.session,
        "earlier": earlier,
        "later": later,
        "number": number,
        "count": count,
        "decisions": Decision.choices,
        "decision": row.verdict.decision if row.verdict else "",
        "reason": row.verdict.reason if row.verdict else "",
        "may_review": may(role, Action.REVIEW),
        "longest_reason": LONGEST_REASON,
    }
    template = "session_flag_body.html" if request.headers.get("HX-Request") else "session_flag.html"
    return render(request, f"proctoring/{template}", given | context, status=status)


def _neighbours(
    rows: list[FlagRow], flag_id: uuid.UUID
) -> tuple[uuid.UUID | None, uuid.UUID | None, int, int]:
    """The flags before and after, the flag's number and how many there are."""
    ids = [row.id for row in rows]
    index = ids.index(flag_id)
    earlier = ids[index - 1] if index else None
    later = ids[index + 1] if index + 1 < len(ids) else None
    return earlier, later, index + 1, len(ids)

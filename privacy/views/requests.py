"""Candidates' requests about their data: the list, one of them, and what an owner does about it."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import posted
from accounts.roles import Action
from exams.models import Session
from privacy import certificate_page, subjects
from privacy.inventory import held_of
from privacy.kind_words import in_words
from privacy.models import RequestKind, SubjectRequest
from privacy.request_forms import RequestForm
from privacy.services import erasing, handing_out, requesting
from privacy.services.deleting import counted
from reports.row_stream import RowStream

SHOWN = 200
CERTIFICATES: dict[str, tuple[str, Callable[[SubjectRequest], bytes]]] = {
    "pdf": ("application/pdf", certificate_page.as_pdf),
    "json": ("application/json", certificate_page.as_json),
}


@require_safe
@never_cache
@requires(Action.MANAGE)
def request_list(request: MemberRequest) -> HttpResponse:
    return render(request, "privacy/requests.html", {"rows": subjects.requests_of_institution()[:SHOWN]})


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.MANAGE)
def new_request(request: MemberRequest) -> HttpResponse:
    """Write down what somebody asked."""
    form = RequestForm(posted(request), initial={"candidate": request.GET.get("candidate", "")})
    if form.is_valid():
        try:
            opened = requesting.open_request(
                **form.wanted(), actor=request.membership.user, ip=client_ip(request)
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            return redirect("privacy:request", request_id=opened.id)
    status = 422 if form.errors else 200
    return render(request, "privacy/new_request.html", {"form": form.mark_errors()}, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.MANAGE)
def one_request(request: MemberRequest, request_id: uuid.UUID) -> HttpResponse:
    """POST does what its `act` says: confirm, copy, answer or refuse."""
    found = _found(request_id)
    if request.method == "POST":
        try:
            _do(request, found)
        except DomainError as error:
            return _page(request, _found(request_id), error=error, status=422)
        return redirect("privacy:request", request_id=found.id)
    return _page(request, found)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.MANAGE)
def erase(request: MemberRequest, request_id: uuid.UUID) -> HttpResponse:
    """What would go, and the word that makes it go; whoever types it has just shown who they are."""
    # Found first: what is another institution's asks nobody for a password.
    answer: HttpResponse = _erase(request, _found(request_id))
    return answer


@reauthentication_required
def _erase(request: MemberRequest, found: SubjectRequest) -> HttpResponse:
    if found.kind != RequestKind.ERASURE or not found.is_open:
        return redirect("privacy:request", request_id=found.id)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            erasing.begin_erasure(
                request=found,
                word=request.POST.get("word", ""),
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as refusal:
            error = refusal
        else:
            messages.success(request, _("The erasure has begun."))
            return redirect("privacy:request", request_id=found.id)
    sessions = erasing.sessions_of(found)
    counts = counted(thing for session in sessions for thing in held_of(session))
    context = {
        "asked": found,
        "sessions": sessions,
        "counts": in_words(counts),
        "word": erasing.WORD,
        "error": error,
    }
    return render(request, "privacy/erase.html", context, status=422 if error else 200)


@require_POST
@never_cache
@requires(Action.MANAGE)
def copy(request: MemberRequest, request_id: uuid.UUID) -> RowStream:
    """The file, once; the stream is opened first, so that one that cannot be read is not used up."""
    found = _found(request_id)
    stream = subjects.copy_stream(found)
    handing_out.take_copy(request=found, actor=request.membership.user, ip=client_ip(request))
    return stream


@require_GET
@never_cache
@requires(Action.MANAGE)
def certificate(request: MemberRequest, request_id: uuid.UUID, kind: str) -> HttpResponse:
    found = _found(request_id)
    if found.certificate is None or kind not in CERTIFICATES:
        raise Http404
    content_type, made = CERTIFICATES[kind]
    answer = HttpResponse(made(found), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="erasure-{found.id.hex[:8]}.{kind}"'
    return answer


def _found(request_id: uuid.UUID) -> SubjectRequest:
    found: SubjectRequest = get_object_or_404(subjects.requests_of_institution(), id=request_id)
    return found


def _do(request: MemberRequest, found: SubjectRequest) -> None:
    who: dict[str, Any] = {"actor": request.membership.user, "ip": client_ip(request)}
    act, words = request.POST.get("act", ""), request.POST.get("words", "")
    if act == "confirm":
        requesting.confirm_identity(request=found, how=words, **who)
    elif act == "copy":
        handing_out.begin_copy(request=found, **who)
    elif act == "answer":
        requesting.answer(request=found, result=words, **who)
    elif act == "refuse":
        requesting.refuse(request=found, reason=words, **who)
    elif act == "narrow":
        requesting.narrow(request=found, session=_session(request), **who)
    else:
        raise DomainError("act_unknown", _("Choose what to do."))


def _session(request: MemberRequest) -> Session | None:
    """None for all of the candidate's sittings."""
    try:
        session_id = uuid.UUID(request.POST.get("session", ""))
    except ValueError:
        return None
    return cast(Session, get_object_or_404(Session.objects.all(), id=session_id))


def _page(request: HttpRequest, found: SubjectRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    candidate = found.candidate
    given = {
        "asked": found,
        "sessions": subjects.sittings_to_choose(candidate) if candidate else [],
        "act": request.POST.get("act", ""),
        "typed": request.POST.get("words", ""),
        "longest": requesting.LONGEST_WORDS,
        "kept": handing_out.KEPT,
    }
    return render(request, "privacy/request.html", given | context, status=status)


request_patterns: list[URLPattern] = [
    path("settings/requests/", request_list, name="requests"),
    path("settings/requests/new/", new_request, name="new-request"),
    path("settings/requests/<uuid:request_id>/", one_request, name="request"),
    path("settings/requests/<uuid:request_id>/erase/", erase, name="erase"),
    path("settings/requests/<uuid:request_id>/copy.zip", copy, name="request-copy"),
    path("settings/requests/<uuid:request_id>/certificate.<slug:kind>", certificate, name="certificate"),
]

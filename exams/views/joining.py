"""What a candidate sees before and after the room: the link, the notice, the thanks."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from accounts.access import client_ip
from accounts.errors import DomainError
from accounts.middleware import answer
from exams import invitations, seats, services
from exams.models import Consent, Invitation, Session
from exams.notices import notice_of
from exams.states import SessionState

JoinView = Callable[[HttpRequest, str], HttpResponse]


def keeps_the_token(view: JoinView) -> JoinView:
    """The address is a secret: it is never sent on as a referrer, whatever the answer is.

    `no-referrer` would also blank the Origin of our own form, which the CSRF check needs.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except DomainError as error:
            response = answer(request, error)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def check_token(request: HttpRequest) -> Invitation:
    """The invitation of this address; guessing links in bulk is held back."""
    invitation: Invitation | None = getattr(request, "invitation", None)
    if invitation is None:
        # Only wrong links are held back: a whole room of candidates may share one address.
        throttle.check("join", client_ip(request))
        throttle.count_failure("join", client_ip(request))
        raise invitations.unknown_link()
    return invitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_the_token
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at a link does not use it up (mail scanners look at links); the button does."""
    invitation = check_token(request)
    if seats.holds(request, invitation.session):
        return _to_room(invitation.session_id)
    moves = request.method == "POST" and request.POST.get("move") == "yes"
    try:
        invitations.check_usable(invitation, moves=moves)
    except DomainError as error:
        if error.code not in ("not_open_yet", "link_used"):
            raise
        return _landing(request, invitation, early=error if error.code == "not_open_yet" else None)
    if request.method != "POST":
        return _landing(request, invitation)
    return _sit_down(request, invitation, moves=moves)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def elsewhere(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """The exam continues on another device; whoever sat here may come back."""
    session = seats.lost(request, session_id)
    if session is None:
        return _to_room(seats.session_of(request, session_id).id)
    link = seats.link_of_seat(request, session_id)
    if request.method == "POST" and link is not None:
        return _sit_down(request, link, moves=True)
    return render(request, "exams/elsewhere.html", {"session": session, "may_return": link is not None})


def _sit_down(request: HttpRequest, invitation: Invitation, *, moves: bool) -> HttpResponse:
    session = invitations.redeem(
        invitation=invitation, device_key=seats.new_device_key(), moves=moves, ip=client_ip(request)
    )
    seats.take(request, session, by=invitation)
    return _to_room(session.id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = seats.session_of(request, session_id)
    if session.has_ended:
        return redirect("exams:thanks", session_id)
    if Consent.objects.filter(session=session, withdrawn_at__isnull=True).exists():
        return _to_room(session.id)
    notice = notice_of(session)
    posted = request.method == "POST"
    # People agree to the words they saw, not to those that an examiner has changed meanwhile.
    changed = posted and request.POST.get("notice") != notice.sha256
    unticked = posted and request.POST.get("agree") != "yes"
    if posted and not changed and not unticked:
        services.give_consent(session=session, notice=notice)
        return _to_room(session.id)
    return render(
        request,
        "exams/consent.html",
        {"session": session, "notice": notice, "changed": changed, "unticked": unticked and not changed},
        status=422 if posted else 200,
    )


@never_cache
@require_safe
def decline(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    return render(request, "exams/declined.html", {"session": seats.session_of(request, session_id)})


@never_cache
@require_safe
def thanks(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = seats.session_of(request, session_id)
    if not session.has_ended:
        return _to_room(session.id)
    return render(request, "exams/thanks.html", {"session": session, "states": SessionState})


def _landing(
    request: HttpRequest, invitation: Invitation, *, early: DomainError | None = None
) -> HttpResponse:
    session: Session = invitation.session
    moves_device = bool(invitation.consumed_at or session.device_key) and not session.has_ended
    refused = early is not None and request.method == "POST"
    return render(
        request,
        "exams/join.html",
        {
            "session": session,
            "early": early,
            "moves_device": moves_device,
            "now": timezone.now(),
            "token": request.resolver_match.kwargs["token"] if request.resolver_match else "",
        },
        status=403 if refused else 200,
    )


def _to_room(session_id: uuid.UUID) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = reverse("proctoring:room", args=[session_id])
    return response

"""A practice run before the exam: the same camera, words and measurements, and nothing is stored."""

import os
import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import throttle, tickets
from accounts.errors import DomainError, TooMany
from accounts.tickets import Ticket
from exams import invitations, seats
from exams.models import Invitation
from exams.views.joining import check_token, keeps_the_token
from proctoring.practice_consumer import TICKET_KIND
from proctoring.views.room import answers_json

# What one link may ask for: a socket that breaks comes again, and a page is reloaded.
TICKETS, WINDOW_S = 60, 600
SPEED_TESTS = 40
SPEED_BYTES = 192 * 1024


@require_safe
@never_cache
@ensure_csrf_cookie
@keeps_the_token
def practice(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _invitation(request)
    session = invitation.session
    watched = session.watched
    config = {
        "exam_title": session.exam.title,
        "camera": watched.watch_webcam,
        "microphone": watched.watch_audio,
        "screen": watched.watch_screen,
        "urls": {
            "ticket": reverse("proctoring:practice-ticket", args=[token]),
            "speed": reverse("proctoring:practice-speed", args=[token]),
            "back": reverse("exams:join", args=[token]),
            "socket": "/ws/practice/",
        },
    }
    response = render(request, "proctoring/practice.html", {"session": session, "config": config})
    response["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()"
    return response


@require_POST
@never_cache
@answers_json
def practice_ticket(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _invitation(request)
    _count("practice", invitation.id, TICKETS)
    ticket = Ticket(
        kind=TICKET_KIND, institution_id=str(invitation.institution_id), holder_id=str(invitation.session_id)
    )
    return JsonResponse({"ticket": tickets.issue(ticket)})


@require_http_methods(["GET", "POST"])
@never_cache
@answers_json
def practice_speed(request: HttpRequest, token: str) -> HttpResponse:
    """Bytes that say nothing, down or up: how long they take is measured by the page."""
    _count("speed", _invitation(request).id, SPEED_TESTS)
    return _speed_answer(request)


@require_http_methods(["GET", "POST"])
@never_cache
@answers_json
def room_speed(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = seats.session_of(request, session_id)
    _count("speed", session.id, SPEED_TESTS)
    return _speed_answer(request)


def _speed_answer(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if len(request.body) > SPEED_BYTES:
            raise DomainError("too_large", _("This request is too large."))
        return JsonResponse({"bytes": len(request.body)})
    return HttpResponse(os.urandom(SPEED_BYTES), content_type="application/octet-stream")


def _invitation(request: HttpRequest) -> Invitation:
    """The link's, if something may still come of it; it may be early, and it may be in use."""
    invitation: Invitation = check_token(request)
    try:
        invitations.check_usable(invitation, moves=True)
    except DomainError as error:
        if error.code != "not_open_yet":
            raise
    return invitation


def _count(what: str, holder: uuid.UUID, limit: int) -> None:
    if not throttle.take(what, str(holder), limit=limit, window_s=WINDOW_S):
        raise TooMany("too_many_tries", _("That was often. Wait some minutes, then reload the page."))


_practice = "join/<str:token>/practice"

practice_patterns: list[URLPattern] = [
    path(f"{_practice}/", practice, name="practice"),
    path(f"{_practice}/ticket/", practice_ticket, name="practice-ticket"),
    path(f"{_practice}/speed/", practice_speed, name="practice-speed"),
    path("room/<uuid:session_id>/speed/", room_speed, name="room-speed"),
]

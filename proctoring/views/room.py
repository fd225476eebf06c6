"""The candidate's room: its page, and the three things that the page asks for over HTTP."""

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from accounts import tickets
from accounts.access import client_ip
from accounts.errors import DomainError
from accounts.middleware import error_body
from accounts.tickets import Ticket
from exams import seats
from exams.models import Consent, Session
from exams.states import SessionState
from proctoring import services
from proctoring.device_facts import device_facts
from proctoring.patience import patience_of
from proctoring.recording_places import places
from proctoring.room_session import page_config, view_of

LARGEST_BODY_BYTES = 16 * 1024

JsonView = Callable[..., HttpResponse]


def answers_json(view: JsonView) -> JsonView:
    """Refusals are JSON here, whatever the caller says it accepts."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return JsonResponse(error_body(request, error), status=error.status)

    return answering


@require_GET
@never_cache
@ensure_csrf_cookie
def room(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    if seats.lost(request, session_id) is not None:
        return redirect("exams:elsewhere", session_id)
    session = seats.session_of(request, session_id)
    if session.has_ended:
        return redirect("exams:thanks", session_id)
    if not Consent.objects.filter(session=session, withdrawn_at__isnull=True).exists():
        return redirect("exams:consent", session_id)
    # Pieces of video may go straight to a bucket.
    beside = {"frame-src": [_origin_of(session.exam.content_url)], "connect-src": list(places().origins())}
    show = csp_update(beside)(render)
    config = {**page_config(session), "patience": asdict(patience_of(session))}
    response: HttpResponse = show(request, "proctoring/room.html", {"session": session, "config": config})
    microphone = "(self)" if session.watched.watch_audio else "()"
    screen = "(self)" if session.watched.watch_screen else "()"
    response["Permissions-Policy"] = (
        f"camera=(self), microphone={microphone}, geolocation=(), display-capture={screen}"
    )
    return response


@require_POST
@answers_json
def ticket(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = seats.session_of(request, session_id)
    secret = tickets.issue(
        Ticket(
            kind="seat",
            institution_id=str(session.institution_id),
            holder_id=str(session.id),
            device_key=session.device_key,
        )
    )
    return JsonResponse({"ticket": secret})


@require_POST
@answers_json
def start(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = seats.session_of(request, session_id)
    body = json_object(request)
    started = services.start_session(
        session=session,
        device_info=device_facts(body.get("device_info", {})),
        without_baseline=body.get("without_baseline") is True,
    )
    return JsonResponse(view_of(started))


@require_POST
@answers_json
def submit(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session: Session = seats.session_of(request, session_id)
    if not session.has_ended:
        session = services.end_session(
            session=session,
            to=SessionState.SUBMITTED,
            actor=f"candidate:{session.candidate_id}",
            ip=client_ip(request),
        )
    return JsonResponse(view_of(session))


def _origin_of(content_url: str) -> str:
    parts = urlsplit(content_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else "'none'"


def json_object(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > LARGEST_BODY_BYTES:
        raise DomainError("too_large", _("This request is too large."))
    try:
        body = json.loads(request.body or b"{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise DomainError("invalid_json", _("This request could not be read as JSON.")) from None
    if not isinstance(body, dict):
        raise DomainError("invalid_json", _("This request must be a JSON object."))
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


_room = "room/<uuid:session_id>"

room_patterns: list[URLPattern] = [
    path(f"{_room}/", room, name="room"),
    path(f"{_room}/ticket/", ticket, name="room-ticket"),
    path(f"{_room}/start/", start, name="room-start"),
    path(f"{_room}/submit/", submit, name="room-submit"),
]

"""The candidate takes a break, and comes back."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.errors import DomainError
from exams import seats
from exams.models import Session
from proctoring.room_session import view_of
from proctoring.services.breaks import begin_break, end_break
from proctoring.views.room import answers_json, json_object

ACTS = {"begin": begin_break, "end": end_break}


@require_POST
@never_cache
@answers_json
def room_break(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """`{"to": "begin"}` or `{"to": "end"}`; the answer is the session."""
    session: Session = seats.session_of(request, session_id)
    act = ACTS.get(str(json_object(request).get("to")))
    if act is None:
        raise DomainError("to_wrong", _("Say “begin” or “end”."), field="to")
    return JsonResponse(view_of(act(session=session)))


break_patterns: list[URLPattern] = [
    path("room/<uuid:session_id>/break/", room_break, name="room-break"),
]

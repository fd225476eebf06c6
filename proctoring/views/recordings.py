"""A recording as bytes: from here in parts, or by a signed address of the bucket."""

import uuid
from typing import cast

from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from accounts import audit, throttle
from accounts.access import client_ip, requires
from accounts.errors import NotFound
from accounts.models import User
from accounts.roles import Action
from proctoring.models import Recording
from proctoring.ranges import file_answer
from proctoring.recording_places import STORAGE, places
from proctoring.views.console import find_session
from proctoring.views.recording_part import recording_part

# A player asks for a file part by part; looking at it is one act.
PLAYED_ONCE_IN_S = 600


@require_safe
@never_cache
@requires(Action.VIEW_EXAMS)
def recording(request: HttpRequest, session_id: uuid.UUID, source: str) -> HttpResponseBase:
    found = playable(session_id, source)
    note_played(found, actor=audit.actor_of(cast(User, request.user)), ip=client_ip(request))
    return video_answer(request, found)


@require_GET
@never_cache
@requires(Action.VIEW_EXAMS)
def part(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """The session page's part about video, for the page to refresh while it is being made."""
    return render(request, "proctoring/session_recording.html", recording_part(find_session(session_id)))


def playable(session_id: uuid.UUID, source: str) -> Recording:
    found = get_object_or_404(Recording.objects.all(), session_id=session_id, source=source)
    if not found.storage_key:
        raise NotFound("no_recording", _("There is nothing of this recording that can be played."))
    return found


def note_played(found: Recording, *, actor: str, ip: str) -> None:
    if throttle.take("recording-played", f"{actor}:{found.id}", limit=1, window_s=PLAYED_ONCE_IN_S):
        audit.record(
            actor=actor,
            action="recording.played",
            subject=f"session:{found.session_id}",
            ip=ip,
            detail={"source": found.source},
        )


def video_answer(request: HttpRequest, found: Recording) -> HttpResponseBase:
    elsewhere = places().for_player(found.storage_key, found.content_type)
    if elsewhere is not None:
        return HttpResponseRedirect(elsewhere, headers={"Cache-Control": "private, no-store"})
    try:
        file = storages[STORAGE].open(found.storage_key)
    except FileNotFoundError:
        raise NotFound("recording_gone", _("This video is no longer stored.")) from None
    return file_answer(request, file, found.size_bytes, found.content_type)


recording_patterns: list[URLPattern] = [
    path("sessions/<uuid:session_id>/recording/", part, name="recording-part"),
    path("sessions/<uuid:session_id>/recording/<slug:source>/", recording, name="recording"),
]

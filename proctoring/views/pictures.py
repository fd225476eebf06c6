"""Pictures of candidates: shown to members of the institution on our own pages, kept by no cache."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.roles import Action
from exams.models import Session
from proctoring import screens, thumbnails
from proctoring.models import Evidence, ScreenPicture
from proctoring.queries import risk_of
from proctoring.services.keeping import read_picture

SCREEN_WIDTH_PX = 1280


@require_safe
@requires(Action.VIEW_EXAMS)
def thumbnail(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """The newest recorded frame, small; a drawn placeholder when none is in memory."""
    session = get_object_or_404(Session.objects.select_related("risk"), id=session_id)
    risk = risk_of(session)
    found = thumbnails.latest(session.id, risk.last_video_seq if risk else 0)
    if found is None:
        return picture_answer(thumbnails.PLACEHOLDER, "image/svg+xml")
    return picture_answer(found, "image/jpeg")


@require_safe
@requires(Action.VIEW_EXAMS)
def evidence(request: HttpRequest, flag_id: uuid.UUID) -> HttpResponse:
    return picture_answer(stored_evidence(flag_id), "image/jpeg")


@require_safe
@requires(Action.VIEW_EXAMS)
def screen(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """The newest picture of the screen; a drawn placeholder when none came within the last minute."""
    session = get_object_or_404(Session.objects.all(), id=session_id)
    jpeg = screens.newest(session.id)
    found = thumbnails.shrink(jpeg, SCREEN_WIDTH_PX) if jpeg else None
    if found is None:
        return picture_answer(thumbnails.PLACEHOLDER, "image/svg+xml")
    return picture_answer(found, "image/jpeg")


@require_safe
@requires(Action.VIEW_EXAMS)
def screen_evidence(request: HttpRequest, flag_id: uuid.UUID) -> HttpResponse:
    return picture_answer(stored_screen(flag_id), "image/jpeg")


def stored_evidence(flag_id: uuid.UUID) -> bytes:
    """The picture behind a flag, if it is still the one that was stored."""
    return read_picture(get_object_or_404(Evidence.objects.select_related("flag"), flag_id=flag_id))


def stored_screen(flag_id: uuid.UUID) -> bytes:
    """The picture of the screen behind a flag, if it is still the one that was stored."""
    return read_picture(get_object_or_404(ScreenPicture.objects.select_related("flag"), flag_id=flag_id))


def picture_answer(content: bytes, content_type: str) -> HttpResponse:
    headers = {
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": "inline",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)

"""Where the candidate's page brings its pieces of video: it asks for a place, puts the bytes, says so."""

import uuid
from dataclasses import asdict
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import throttle
from accounts.errors import DomainError, TooLarge, TooMany
from exams import seats
from exams.models import Session
from proctoring.recording_places import PieceFacts, places
from proctoring.services.recordings import (
    MAX_PIECE_BYTES,
    Kept,
    confirm_piece,
    find_or_admit,
    keep_piece,
)
from proctoring.views.room import answers_json, json_object

REQUESTS, WINDOW_S = 600, 600
NUMBERS = ("seq", "t_ms", "duration_ms", "size_bytes")
TEXTS = ("source", "sha256", "content_type")


@require_POST
@never_cache
@answers_json
def place(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Where to PUT a piece; a piece that is here already needs no place."""
    session = _session(request, session_id)
    facts = _told(json_object(request))
    if find_or_admit(session=session, facts=facts) is not None:
        return JsonResponse({"known": True})
    return JsonResponse({"known": False, **asdict(places().for_piece(session, facts))}, status=201)


@require_http_methods(["PUT"])
@never_cache
@answers_json
def put(request: HttpRequest, session_id: uuid.UUID, source: str, seq: int) -> HttpResponse:
    session = _session(request, session_id)
    told = {name: _number(request.GET.get(name), name) for name in ("t_ms", "duration_ms", "size_bytes")}
    facts = PieceFacts(
        source=source,
        seq=seq,
        sha256=request.GET.get("sha256", ""),
        content_type=(request.content_type or "").partition(";")[0],
        **told,
    )
    return _answer(keep_piece(session=session, facts=facts, content=_body(request)))


@require_POST
@never_cache
@answers_json
def confirm(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """The piece lies in the bucket now; it is looked at before it counts."""
    session = _session(request, session_id)
    return _answer(confirm_piece(session=session, facts=_told(json_object(request))))


def _session(request: HttpRequest, session_id: uuid.UUID) -> Session:
    session = seats.session_of(request, session_id)
    if not throttle.take("pieces", str(session.id), limit=REQUESTS, window_s=WINDOW_S):
        raise TooMany("too_many_pieces", _("Too much video at once. Wait a little; it is kept here."))
    return session


def _told(body: dict[str, Any]) -> PieceFacts:
    wrong = next((name for name in TEXTS if not isinstance(body.get(name), str)), None)
    if wrong is not None:
        raise DomainError("bad_field", _("%(field)s must be a text.") % {"field": wrong}, field=wrong)
    numbers = {name: _whole(body.get(name), name) for name in NUMBERS}
    return PieceFacts(**{name: body[name] for name in TEXTS}, **numbers)


def _number(text: str | None, field: str) -> int:
    # int() would also take underscores, signs and digits of other scripts.
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 15:
        return _whole(None, field)
    return int(text)


def _whole(value: Any, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**53:
        words = _("%(field)s must be a whole number.") % {"field": field}
        raise DomainError("bad_field", words, field=field)
    return value


def _body(request: HttpRequest) -> bytes:
    too_large = TooLarge("piece_too_large", _("A piece is at most 2 MiB large."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_PIECE_BYTES:
        raise too_large
    try:
        return request.body
    except RequestDataTooBig:
        raise too_large from None


def _answer(kept: Kept) -> HttpResponse:
    shown = {"source": kept.piece.source, "seq": kept.piece.seq, "sha256": kept.piece.sha256}
    return JsonResponse(shown, status=201 if kept.new else 200)


_pieces = "room/<uuid:session_id>/recording"

room_recording_patterns: list[URLPattern] = [
    path(f"{_pieces}/place/", place, name="room-piece-place"),
    path(f"{_pieces}/confirm/", confirm, name="room-piece-confirm"),
    path(f"{_pieces}/<slug:source>/<int:seq>/", put, name="room-piece"),
]

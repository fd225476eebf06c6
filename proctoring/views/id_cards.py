"""Identity cards: the candidate's picture comes in, and a reviewer looks at it and decides."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import throttle
from accounts.access import client_ip, requires
from accounts.errors import DomainError, NotFound, TooMany
from accounts.models import User
from accounts.roles import Action
from analysis.card_picture import MAX_BYTES, CardPicture, CardRefused, open_card
from exams import seats
from exams.models import Session
from proctoring.cards_told import card_told, room_card
from proctoring.models import CardDecision, IdCard
from proctoring.reasons import LONGEST_REASON
from proctoring.services.id_cards import Which, decide_card, show_picture, take_card
from proctoring.views.pictures import picture_answer
from proctoring.views.room import answers_json

PICTURES, WINDOW_S = 20, 600


@require_http_methods(["GET", "POST"])
@never_cache
@answers_json
def room_picture(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """GET tells how far the newest picture is; POST takes one, as the bytes of a JPEG, PNG or WebP."""
    session = seats.session_of(request, session_id)
    if request.method == "POST":
        if not throttle.take("id-card", str(session.id), limit=PICTURES, window_s=WINDOW_S):
            raise TooMany(
                "too_many_pictures", _("Those were many pictures. Wait a little, or go on without.")
            )
        take_card(session=session, jpeg=_sent_picture(request).jpeg)
    return JsonResponse(room_card(session))


@require_http_methods(["GET", "POST"])
@never_cache
@requires(Action.REVIEW)
def review(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = get_object_or_404(Session.objects.select_related("exam", "candidate"), id=session_id)
    card = get_object_or_404(IdCard.objects.all(), session=session)
    typed = {name: request.POST.get(name, "") for name in ("decision", "reason")}
    if request.method == "POST":
        try:
            decide_card(card=card, actor=cast(User, request.user), ip=client_ip(request), **typed)
        except DomainError as error:
            return _page(request, session, card, status=422, error=error, **typed)
        messages.success(request, _("Your decision is saved."))
        return redirect("proctoring:session", session_id=session.id)
    return _page(request, session, card, decision=card.decision, reason=card.reason)


@require_GET
@never_cache
@requires(Action.REVIEW)
def picture(request: HttpRequest, session_id: uuid.UUID, which: str) -> HttpResponse:
    """The card's picture, or the one of the camera check; each look is audited."""
    card = get_object_or_404(IdCard.objects.all(), session_id=session_id)
    if which not in ("card", "face"):
        raise NotFound("no_picture", _("There is no such picture."))
    jpeg = show_picture(
        card=card, which=cast(Which, which), actor=cast(User, request.user), ip=client_ip(request)
    )
    if jpeg is None:
        raise NotFound("picture_gone", _("This picture is not stored, or it has been deleted."))
    return picture_answer(jpeg, "image/jpeg")


def _sent_picture(request: HttpRequest) -> CardPicture:
    too_large = DomainError(
        "card_too_large", _("This picture is larger than 2 MB. Choose another."), field="picture"
    )
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        raise too_large
    try:
        return open_card(request.body)
    except RequestDataTooBig:
        raise too_large from None
    except CardRefused as refused:
        raise DomainError(refused.code, refused.message, field="picture") from refused


def _page(
    request: HttpRequest, session: Session, card: IdCard, status: int = 200, **context: Any
) -> HttpResponse:
    told = card_told(session)
    given = {
        "session": session,
        "card": told,
        "decisions": CardDecision.choices,
        "longest_reason": LONGEST_REASON,
    }
    return render(request, "proctoring/id_card.html", given | context, status=status)


card_patterns: list[URLPattern] = [
    path("room/<uuid:session_id>/id-card/", room_picture, name="room-card"),
    path("sessions/<uuid:session_id>/id-card/", review, name="id-card"),
    path("sessions/<uuid:session_id>/id-card/<slug:which>.jpg", picture, name="id-card-picture"),
]

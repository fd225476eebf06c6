"""What a candidate agreed to: for themselves, who may take it back, and for the institution."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.privacy_terms import current_terms
from accounts.roles import Action
from exams import seats
from exams.agreements import agreement_of
from exams.models import Session
from proctoring.services.withdrawing import withdraw_consent


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = seats.session_of(request, session_id)
    given = agreement_of(session)
    if given is None:
        return redirect("exams:consent", session_id)
    if request.method == "POST":
        withdraw_consent(session=session, ip=client_ip(request))
        return redirect("proctoring:agreement", session_id)
    context = {"session": session, "agreement": given, "contact": current_terms().contact}
    return render(request, "proctoring/agreement.html", context)


@never_cache
@require_safe
@requires(Action.VIEW_EXAMS)
def agreement_shown(request: MemberRequest, session_id: uuid.UUID) -> HttpResponse:
    session = get_object_or_404(Session.objects.select_related("exam", "candidate"), id=session_id)
    context = {"session": session, "agreement": agreement_of(session)}
    return render(request, "proctoring/agreement_shown.html", context)


agreement_patterns: list[URLPattern] = [
    path("room/<uuid:session_id>/agreement/", agreement, name="agreement"),
    path("sessions/<uuid:session_id>/agreement/", agreement_shown, name="agreement-shown"),
]

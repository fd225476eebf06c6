"""The page from which a proctor pauses a sitting, lets it go on, gives time and warns."""

import uuid
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import client_ip, requires
from accounts.errors import Conflict, DomainError
from accounts.forms import WordedForm
from accounts.models import User
from accounts.roles import Action
from exams.models import Session
from exams.states import UNDER_WAY, SessionState
from exams.timekeeping import MOST_MINUTES
from proctoring.services import intervening


class TimeForm(WordedForm):
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        initial=5,
        widget=forms.NumberInput,
    )


class WarningForm(WordedForm):
    message = forms.CharField(
        label=gettext_lazy("What the candidate reads"),
        max_length=intervening.LONGEST_WARNING,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@never_cache
@requires(Action.INTERVENE)
def intervene(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    return _page(request, _under_way(session_id))


@require_POST
@requires(Action.INTERVENE)
def pause(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    """Pauses what runs and lets go on what is paused, whichever the page said."""
    session = _under_way(session_id)
    wanted = request.POST.get("to")
    act = intervening.resume_session if wanted == "running" else intervening.pause_session
    act(session=session, actor=_person(request), ip=client_ip(request))
    words = "goes on" if wanted == "running" else "is paused: the clock stands still"
    return _done(request, session, f"The sitting of {session.candidate.name} {words}.")


@require_POST
@requires(Action.INTERVENE)
def extend(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session, form = _under_way(session_id), TimeForm(request.POST)
    if not form.is_valid():
        return _page(request, session, time=form)
    minutes = form.cleaned_data["minutes"]
    intervening.extend_session(
        session=session, minutes=minutes, actor=_person(request), ip=client_ip(request)
    )
    return _done(request, session, f"{session.candidate.name} has {minutes} minutes more.")


@require_POST
@requires(Action.INTERVENE)
def warn(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session, form = _under_way(session_id), WarningForm(request.POST)
    if form.is_valid():
        try:
            intervening.warn_session(
                session=session,
                message=form.cleaned_data["message"],
                actor=_person(request),
                ip=client_ip(request),
            )
        except DomainError as error:
            if error.field != "message":
                raise
            form.add_domain_error(error)
        else:
            return _done(request, session, f"{session.candidate.name} is warned.")
    return _page(request, session, warning=form)


@require_POST
@requires(Action.INTERVENE)
def excuse_screen(request: HttpRequest, session_id: uuid.UUID) -> HttpResponse:
    session = _under_way(session_id)
    intervening.excuse_screen(session=session, actor=_person(request), ip=client_ip(request))
    words = _("%(name)s may go on without sharing the screen.") % {"name": session.candidate.name}
    return _done(request, session, words)


def _page(
    request: HttpRequest,
    session: Session,
    *,
    time: TimeForm | None = None,
    warning: WarningForm | None = None,
) -> HttpResponse:
    refused = time or warning
    if refused is not None:
        refused.mark_errors()
    context = {
        "session": session,
        "is_paused": session.state == SessionState.PAUSED,
        "time_form": time or TimeForm(),
        "warning_form": warning or WarningForm(),
        "is_refused": refused is not None,
        "may_excuse_screen": session.watched.watch_screen and not intervening.is_screen_excused(session),
    }
    return render(request, "proctoring/intervene.html", context, status=422 if refused else 200)


def _under_way(session_id: uuid.UUID) -> Session:
    session = get_object_or_404(Session.objects.select_related("exam", "candidate"), id=session_id)
    if session.state not in UNDER_WAY:
        raise Conflict(
            "not_under_way",
            _("This session is “%(get_state_display)s”. Only one that is under way can be changed.")
            % {"get_state_display": session.get_state_display()},
        )
    return session


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _done(request: HttpRequest, session: Session, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("proctoring:session", session_id=session.id)


_session = "sessions/<uuid:session_id>/intervene/"

intervening_patterns: list[URLPattern] = [
    path(_session, intervene, name="intervene"),
    path(f"{_session}pause/", pause, name="pause"),
    path(f"{_session}time/", extend, name="extend"),
    path(f"{_session}warn/", warn, name="warn"),
    path(f"{_session}screen/", excuse_screen, name="excuse-screen"),
]

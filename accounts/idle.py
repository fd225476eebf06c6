"""A browser in which nobody does anything is signed out; a page that refreshes itself is nobody."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import ngettext

from accounts import tickets
from accounts.tickets import idle_s

LAST_ACT = "last_act_s"
# The session is written once in so many seconds, however much somebody does.
NOTED_EVERY_S = 60

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class IdleMiddleware:
    """Ends the session before the request is answered, so that nothing more is shown."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now_s = int(time.time())
            if is_idle(request, now_s=now_s):
                _sign_out(request)
                answer = self.get_response(request)
                forget_pages(answer)
                return answer
            if is_an_act(request):
                note_act(request, now_s=now_s)
        return self.get_response(request)


def is_idle(request: HttpRequest, *, now_s: int) -> bool:
    last_s: int | None = request.session.get(LAST_ACT)
    return last_s is not None and now_s - last_s >= idle_s()


def is_an_act(request: HttpRequest) -> bool:
    """Whether a person asked for this: opened a page or sent a form; what its script fetches does not say so.

    What people do within a page, its script tells by itself (`accounts:here`).
    """
    if mode := request.headers.get("Sec-Fetch-Mode"):
        return mode == "navigate"
    return "HX-Request" not in request.headers and "application/json" not in request.headers.get("Accept", "")


def note_act(request: HttpRequest, *, now_s: int) -> None:
    last_s: int | None = request.session.get(LAST_ACT)
    if last_s is None or now_s - last_s >= NOTED_EVERY_S:
        request.session[LAST_ACT] = now_s
        tickets.note_act(request.session, now_s=now_s)


def forget_pages(answer: HttpResponseBase) -> None:
    """The browser keeps no page that was seen while signed in, not even to go back to.

    Cookies and storage stay: a candidate's seat, and what of an exam still waits for a line, may lie there.
    """
    answer.headers["Clear-Site-Data"] = '"cache"'


def _sign_out(request: HttpRequest) -> None:
    """The sign-in page says why. A candidate's seat in the same browser stays: no exam is cut by it."""
    tickets.close_what_was_opened(request.session)
    kept = {key: request.session[key] for key in settings.SESSION_KEYS_KEPT if key in request.session}
    if kept:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        for key in set(request.session.keys()) - set(kept):
            del request.session[key]
        request.user = AnonymousUser()
    else:
        logout(request)
    minutes = settings.SESSION_IDLE_MINUTES
    messages.info(
        request,
        ngettext(
            "You were signed out because nothing was done here for %(minutes)s minute. "
            "Sign in, and you are back where you were.",
            "You were signed out because nothing was done here for %(minutes)s minutes. "
            "Sign in, and you are back where you were.",
            minutes,
        )
        % {"minutes": minutes},
    )

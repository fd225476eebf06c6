"""Who may open a page: signed in, a member, with a role that may do it."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import idle, required_factor, suspending
from accounts.errors import Forbidden, Unauthenticated
from accounts.middleware import error_body
from accounts.models import Membership, User
from accounts.roles import Action, may

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class MemberRequest(HttpRequest):
    """A request that `requires` has let through: it has a membership."""

    membership: Membership


class PersonRequest(HttpRequest):
    """A request that `signed_in` has let through."""

    user: User


def signed_in(view: View) -> View:
    """For what concerns the person and no institution, their own account: no browser keeps a copy."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_the_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def requires(action: Action) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = getattr(request, "membership", None)
            if not request.user.is_authenticated:
                return _to_the_sign_in(request)
            if membership is None:
                raise Forbidden(
                    "no_institution", _("Your account belongs to no institution. Ask an owner to add you.")
                )
            if membership.institution.suspended_at is not None:
                raise suspending.refusal()
            if required_factor.is_missing(membership):
                return _to_the_second_factor(request)
            if not may(membership.role, action):
                raise Forbidden(
                    "role",
                    _("Your role, %(role)s, may not %(action)s.")
                    % {
                        "role": membership.get_role_display().lower(),
                        "action": Action(action).label,
                    },
                )
            return view(request, *args, **kwargs)

        guarded.required_action = action  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _to_the_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A page leads there and back; what an open page fetches is told and shows no form."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if not idle.is_an_act(request):
        refused = Unauthenticated("not_signed_in", _("You are signed out. Sign in again."))
        return JsonResponse(error_body(request, refused), status=refused.status)
    return redirect_to_login(request.get_full_path())


def _to_the_second_factor(request: HttpRequest) -> HttpResponseBase:
    refused = required_factor.refusal()
    if request.method not in ("GET", "HEAD") or not request.accepts("text/html"):
        raise refused
    messages.warning(request, refused.message)
    return redirect("mfa_index")


def client_ip(request: HttpRequest) -> str:
    """The visitor’s address: as many hops back as we have proxies, and none that a visitor can write."""
    return address_behind(
        str(request.META.get("REMOTE_ADDR", "")), request.headers.get("X-Forwarded-For", "")
    )


def address_behind(peer: str, forwarded: str) -> str:
    """`peer` is whoever connected to us, `forwarded` what our own proxies wrote."""
    hops = [hop.strip() for hop in forwarded.split(",")]
    count: int = settings.PROXY_COUNT
    return _address(hops[-count]) or peer if 0 < count <= len(hops) else peer


def _address(hop: str) -> str:
    try:
        # A zone, as in fe80::1%eth0, means something on another machine only.
        return str(ipaddress.ip_address(hop.partition("%")[0]))
    except ValueError:
        return ""

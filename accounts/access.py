"""Who may open a page: signed in, a member, with a role that may do it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.errors import Forbidden
from accounts.models import Membership
from accounts.roles import Action, may

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class MemberRequest(HttpRequest):
    """A request that `requires` has let through: it has a membership."""

    membership: Membership


def requires(action: Action) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = getattr(request, "membership", None)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if membership is None:
                raise Forbidden(
                    "no_institution", "Your account belongs to no institution. Ask an owner to add you."
                )
            if not may(membership.role, action):
                raise Forbidden(
                    "role",
                    f"Your role, {membership.get_role_display().lower()}, may not {Action(action).label}.",
                )
            return view(request, *args, **kwargs)

        guarded.required_action = action  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def client_ip(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))

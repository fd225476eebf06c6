"""What Django REST framework asks about a caller; the door (`callers`) has found out already."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import required_factor, suspending
from accounts.api.callers import SCHEMES, Caller
from accounts.errors import DomainError, Forbidden, Unauthenticated
from accounts.models import Membership
from accounts.roles import Action


class HeaderAuthentication(BaseAuthentication):
    """A token or a key in `Authorization`. Where there is one, no cookie counts."""

    def authenticate(self, request: Request) -> tuple[Any, Caller] | None:
        refused: DomainError | None = getattr(request._request, "caller_refused", None)
        if refused is not None:
            raise refused
        caller: Caller | None = getattr(request._request, "caller", None)
        return (caller.user or AnonymousUser(), caller) if caller else None

    def authenticate_header(self, request: Request) -> str:
        return SCHEMES


class CookieAuthentication(SessionAuthentication):
    """The console's own session, for our pages in a browser; what changes anything needs the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Caller | None] | None:
        user = request._request.user
        if not user.is_authenticated or not user.is_active:
            return None
        self.enforce_csrf(request)
        membership: Membership | None = request._request.membership
        return user, Caller(membership.institution_id, membership=membership) if membership else None

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise Forbidden(
                "csrf",
                _(
                    "A request with a cookie must come from our own pages with the X-CSRFToken header. "
                    "Programs send a token or a key instead."
                ),
            ) from error


class MayDoIt(BasePermission):
    """The view says per method what one must be allowed to do: the same table as for pages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        method = "GET" if request.method == "HEAD" else request.method
        action: Action | None = view.actions.get(method)
        if view.is_public or (action is None and method not in view.implemented()):
            return True
        caller: Caller | None = request.auth
        if caller is None:
            raise _unknown(request)
        if view.persons_only and caller.membership is None:
            raise Forbidden("person_needed", _("Only a person may do this. Sign in and send a token."))
        if caller.is_suspended:
            raise suspending.refusal()
        if caller.membership is not None and required_factor.is_missing(caller.membership):
            raise required_factor.refusal()
        if action is not None and not caller.may(action):
            raise _not_allowed(caller, action)
        return True


def _unknown(request: Request) -> DomainError:
    if request.user.is_authenticated:
        return Forbidden(
            "no_institution", _("Your account belongs to no institution. Ask an owner to add you.")
        )
    return Unauthenticated("not_signed_in", _("Sign in first, or send a token or an API key."))


def _not_allowed(caller: Caller, action: Action) -> DomainError:
    if caller.membership is None:
        return Forbidden("key_scope", _("This API key may not %(label)s.") % {"label": action.label})
    role = caller.membership.get_role_display().lower()
    return Forbidden(
        "role", _("Your role, %(role)s, may not %(label)s.") % {"role": role, "label": action.label}
    )


class HeaderScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = HeaderAuthentication
    name = ["token", "key"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A person's token."},
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "A program's key: `Api-Key prefix.secret`.",
            },
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        # A list in one object would ask for both.
        return [{name: []} for name in self.name]


class CookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = CookieAuthentication
    name = "cookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Our own pages."}

"""The door of the platform's admin: operators who came with a second factor see every institution."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse

from accounts import second_factor
from accounts.access import PersonRequest
from accounts.errors import Forbidden
from accounts.tenancy import unscoped
from accounts.views.signing_in import sign_out

View = Callable[..., HttpResponseBase]


class PlatformSite(AdminSite):
    site_header = "Invigil: the platform"
    site_title = "Invigil: the platform"
    index_title = "What operators look after"
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or not user.is_active or not user.is_staff:
            return False
        return second_factor.is_on(user) and _came_with_second_factor(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        """Every page looks across institutions, until its last word is written."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def looking_everywhere(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with unscoped("operators look after every institution; each act enters the one it concerns"):
                response = guarded(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return looking_everywhere

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The sign-in of everybody; whoever is in and may not come here is told why."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", request.get_full_path()))
        raise Forbidden("operators_only", _why_not(request))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Where everybody changes theirs: it is noted there, and other browsers are signed out."""
        return redirect("account_change_password")

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As everybody does: what this browser had opened is closed as well."""
        return sign_out(request)


def _came_with_second_factor(request: HttpRequest) -> bool:
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def _why_not(request: HttpRequest) -> str:
    person: PersonRequest = request  # type: ignore[assignment]
    if not person.user.is_staff:
        return "Only those who run this platform come in here."
    if not second_factor.is_on(person.user):
        return "Set up a second factor for your account first, then sign in with it."
    return "Sign out, then sign in with your second factor."


site = PlatformSite(name="platform")

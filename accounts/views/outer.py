"""To a provider and back, and letting go of one."""

import logging
from collections.abc import Callable

from allauth.socialaccount.internal.flows.connect import disconnect, validate_disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts.access import PersonRequest, signed_in
from accounts.errors import Forbidden, Unauthenticated, Unavailable
from accounts.models import User
from accounts.outer_accounts import check_ticket

log = logging.getLogger(__name__)


@never_cache
@require_safe
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    process = request.GET.get("process", "login")
    if process == "connect":
        if not isinstance(request.user, User):
            raise Unauthenticated("not_signed_in", _("Sign in first, then connect it under “Your account”."))
        check_ticket(user=request.user, ticket=request.GET.get("ticket", ""))
    elif process != "login":
        raise Forbidden(
            "process_unknown", _("This is no address of ours. Start again from the sign-in page.")
        )
    return _guarded(oidc.login, request, provider_id)


@never_cache
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _guarded(oidc.callback, request, provider_id)


@require_POST
@signed_in
def let_go(request: PersonRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(SocialAccount, user=request.user, id=account_id)
    try:
        validate_disconnect(request, account)
    except ValidationError:
        raise Forbidden(
            "last_way_in", _("Choose a password first: nothing else opens your account.")
        ) from None
    disconnect(request, account)
    messages.success(request, _("It opens your account no longer."))
    return redirect("accounts:account")


def _guarded(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    """A provider that does not answer, or answers with nonsense, is no breakage of ours."""
    try:
        return view(request, provider_id)
    except (RequestException, KeyError, TypeError, ValueError) as error:
        log.warning("The provider %s could not be used: %r", provider_id, error)
        raise Unavailable(
            "outer_unavailable",
            "The other server does not answer well. Try again, or use your password.",
        ) from error

"""The page that a link of an invitation opens: joining with a new account, or with the one there is."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import member_invitations
from accounts.access import client_ip
from accounts.errors import DomainError
from accounts.forms import JoinForm, posted
from accounts.member_invitations import Opened
from accounts.models import Membership, User
from accounts.outer_accounts import providers
from accounts.services import ACTIVE_INSTITUTION


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    opened = member_invitations.open_link(token)
    if isinstance(request.user, User):
        return _as_oneself(request, token, opened)
    form = JoinForm(posted(request))
    if form.is_valid() and not opened.has_account:
        try:
            membership = member_invitations.accept(
                token=token, user=None, ip=client_ip(request), **form.cleaned_data
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            perform_login(request, membership.user)
            return _enter(request, membership)
    context = {"opened": opened, "form": form.mark_errors(), "path": request.path, "providers": providers()}
    return render(request, "accounts/invited.html", context, status=422 if form.errors else 200)


def _as_oneself(request: HttpRequest, token: str, opened: Opened) -> HttpResponse:
    assert isinstance(request.user, User)
    if request.method == "POST":
        return _enter(
            request, member_invitations.accept(token=token, user=request.user, ip=client_ip(request))
        )
    is_for_them = request.user.email == opened.invitation.email
    context = {"opened": opened, "is_for_them": is_for_them}
    return render(request, "accounts/invited.html", context)


def _enter(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session[ACTIVE_INSTITUTION] = str(membership.institution_id)
    return redirect("exams:list")

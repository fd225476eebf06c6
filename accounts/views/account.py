"""One's own account: name, password, and what else opens it."""

from allauth.account.internal.flows.email_verification import send_verification_email_for_user
from allauth.account.utils import has_verified_email
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import devices, outer_accounts, persons, second_factor
from accounts.access import PersonRequest, client_ip, signed_in
from accounts.forms import PersonForm, posted


@signed_in
@require_http_methods(["GET", "POST"])
def account_page(request: PersonRequest) -> HttpResponse:
    form = PersonForm(posted(request), initial={"name": request.user.name})
    if form.is_valid():
        persons.rename(user=request.user, name=form.cleaned_data["name"], ip=client_ip(request))
        messages.success(request, _("Saved."))
        return redirect("accounts:account")
    context = {
        "form": form.mark_errors(),
        "has_second_factor": second_factor.is_on(request.user),
        "is_confirmed": has_verified_email(request.user, request.user.email),
        "devices": devices.devices_of(request.user, session_key=request.session.session_key),
        "connections": outer_accounts.connections_of(request.user),
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def sign_out_elsewhere(request: PersonRequest) -> HttpResponse:
    devices.sign_out_elsewhere(
        user=request.user, session_key=request.session.session_key, ip=client_ip(request)
    )
    messages.success(request, _("You are signed in here only."))
    return redirect("accounts:account")


@require_POST
@signed_in
def send_confirmation(request: PersonRequest) -> HttpResponse:
    if send_verification_email_for_user(request, request.user):
        messages.success(request, _("A link is on its way to you. Open it to confirm the address."))
    else:
        messages.info(request, _("A link was sent a moment ago. Look into your mail, or wait three minutes."))
    return redirect("accounts:account")

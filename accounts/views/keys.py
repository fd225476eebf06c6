"""Keys of programs: listed, made and shown once, renewed, revoked."""

import uuid
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import api_keys
from accounts.access import MemberRequest, requires
from accounts.errors import DomainError
from accounts.forms import KeyForm, posted
from accounts.models import ApiKey, Scope
from accounts.roles import Action


@require_safe
@requires(Action.MANAGE)
def key_list(request: MemberRequest) -> HttpResponse:
    return render(request, "accounts/keys.html", {"rows": api_keys.listed(timezone.now())})


@never_cache
@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def key_new(request: MemberRequest) -> HttpResponse:
    form = KeyForm(posted(request))
    if form.is_valid():
        try:
            made = api_keys.create(
                name=form.cleaned_data["name"],
                scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
                expires_at=_after_days(form.cleaned_data["days"]),
                actor=request.membership.user,
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            return _shown_once(request, made)
    status = 422 if form.errors else 200
    return render(request, "accounts/key_form.html", {"form": form.mark_errors()}, status=status)


@never_cache
@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def key_renew(request: MemberRequest, key_id: uuid.UUID) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.all(), id=key_id)
    if request.method == "POST":
        return _shown_once(request, api_keys.renew(key=key, actor=request.membership.user), before=key)
    context = {"key": key, "is_renewed": True, "overlap": api_keys.OVERLAP}
    return render(request, "accounts/key_confirm.html", context)


@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def key_revoke(request: MemberRequest, key_id: uuid.UUID) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.all(), id=key_id)
    if request.method == "POST":
        api_keys.revoke(prefix=key.prefix, actor=request.membership.user)
        messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
        return redirect("accounts:keys")
    return render(request, "accounts/key_confirm.html", {"key": key})


def _shown_once(request: MemberRequest, made: api_keys.NewKey, before: ApiKey | None = None) -> HttpResponse:
    context = {"key": made.key, "text": made.text, "before": before, "overlap": api_keys.OVERLAP}
    return render(request, "accounts/key_made.html", context)


def _after_days(days: str) -> datetime | None:
    return timezone.now() + timedelta(days=int(days)) if days else None

"""Legal holds: listed, placed, looked at again, released by two persons."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import posted
from accounts.roles import Action
from exams import holds
from exams.models import LegalHold
from privacy.forms import HoldForm


@require_safe
@requires(Action.MANAGE)
def hold_list(request: MemberRequest) -> HttpResponse:
    found = LegalHold.objects.select_related("placed_by", "release_asked_by", "released_by")
    context = {
        "rows": found.filter(released_at__isnull=True),
        "released": found.filter(released_at__isnull=False)[:50],
    }
    return render(request, "privacy/holds.html", context)


@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def hold_new(request: MemberRequest) -> HttpResponse:
    """A page about an exam, a candidate or a sitting links here with what it is about."""
    told = {name: request.GET[name] for name in ("scope", "subject_id") if name in request.GET}
    form = HoldForm(posted(request), initial=told)
    if form.is_valid():
        try:
            holds.place_hold(
                scope=form.cleaned_data["scope"],
                subject_id=form.subject(),
                reason=form.cleaned_data["reason"],
                case_ref=form.cleaned_data["case_ref"],
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("Nothing of it is deleted until two persons release it."))
            return redirect("privacy:holds")
    status = 422 if form.errors else 200
    return render(request, "privacy/hold_form.html", {"form": form.mark_errors()}, status=status)


def _act(act: Callable[..., LegalHold], done: Callable[[], str]) -> Callable[..., HttpResponse]:
    @require_POST
    @requires(Action.MANAGE)
    def view(request: MemberRequest, hold_id: uuid.UUID) -> HttpResponse:
        hold = get_object_or_404(LegalHold, id=hold_id)
        act(hold=hold, actor=request.membership.user, ip=client_ip(request))
        messages.success(request, done())
        return redirect("privacy:holds")

    return view


ask_release = _act(holds.ask_release, lambda: _("Now another owner must agree."))
release = _act(holds.release, lambda: _("Released. What is over now is deleted tonight."))
keep = _act(holds.keep_hold, lambda: _("Kept. Look at it again in 90 days."))

"""The audit log as a page: who did what, in words."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit, audit_reading
from accounts.access import MemberRequest, requires
from accounts.errors import DomainError
from accounts.forms import AuditForm
from accounts.roles import Action


@require_safe
@requires(Action.VIEW_AUDIT)
def audit_page(request: MemberRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    filters = form.filters(request.membership.institution.timezone) if form.is_valid() else None
    page = audit_reading.page_of(filters, before=_number(request.GET.get("before", "")))
    context = {
        "form": form,
        "page": page,
        "is_filtered": filters is not None and not filters.is_empty,
        "query": urlencode({name: value for name, value in form.data.items() if name != "before" and value}),
        "range": urlencode({name: form.data[name] for name in ("since", "until") if form.data.get(name)}),
    }
    if "check" in request.GET:
        context["chain"] = audit_reading.chain(audit.first_broken())
    return render(request, "accounts/audit.html", context, status=422 if form.errors else 200)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise DomainError("before", _("This address is not one of our pages. Start from the newest entries."))
    return int(text)

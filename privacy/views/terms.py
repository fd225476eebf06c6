"""How long personal data is kept, on which ground, and whom to ask."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import posted
from accounts.models import PrivacyTerms
from accounts.privacy_terms import change_terms, current_terms, days_of, shortened
from accounts.retention import FIXED, PERIODS
from accounts.roles import Action
from privacy.forms import TermsForm, initial_of
from privacy.queries import Effect, effect_of


@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def terms_page(request: MemberRequest) -> HttpResponse:
    terms = current_terms()
    form = TermsForm(posted(request), initial=initial_of(terms))
    if form.is_valid():
        try:
            change_terms(
                wanted=form.wanted(),
                is_confirmed=form.is_confirmed,
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("Saved. What is over now is deleted tonight."))
            return redirect("privacy:terms")
    return render(
        request,
        "privacy/terms.html",
        {"form": form.mark_errors(), "fixed": FIXED, **_effects(form, terms)},
        status=422 if form.errors else 200,
    )


def _effects(form: TermsForm, terms: PrivacyTerms) -> dict[str, object]:
    """What tonight's purge would delete: as things are, and as they would be with what was written."""
    days = days_of(terms) | form.days()
    return {
        "is_shorter": bool(shortened(terms, days)),
        "effect": lines_of(effect_of(days, timezone.now())),
    }


def lines_of(effect: Effect) -> list[tuple[str, int]]:
    """Each class in words with the number of sittings."""
    labels = {period.data_class.value: str(period.data_class.label) for period in PERIODS}
    return [(labels[name], count) for name, count in effect.by_class.items()]

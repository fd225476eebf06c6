"""The institution's own settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import required_factor, services
from accounts.access import MemberRequest, client_ip, requires
from accounts.errors import DomainError
from accounts.forms import InstitutionForm, posted
from accounts.models import Institution
from accounts.roles import Action


@requires(Action.MANAGE)
@require_http_methods(["GET", "POST"])
def settings_page(request: MemberRequest) -> HttpResponse:
    own = request.membership.institution
    form = InstitutionForm(posted(request), initial=_initial(own))
    if form.is_valid():
        try:
            required_factor.require(
                institution=own,
                wanted=form.cleaned_data["require_second_factor"],
                actor=request.membership,
                ip=client_ip(request),
            )
            services.change_institution(
                institution=own,
                name=form.cleaned_data["name"],
                timezone=form.cleaned_data["time_zone"],
                alert_roles=form.cleaned_data["alert_roles"],
                actor=request.membership.user,
                ip=client_ip(request),
            )
        except DomainError as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:settings")
    status = 422 if form.errors else 200
    return render(request, "accounts/settings.html", {"form": form.mark_errors()}, status=status)


def _initial(own: Institution) -> dict[str, object]:
    return {
        "name": own.name,
        "time_zone": own.timezone,
        "alert_roles": own.alert_roles,
        "require_second_factor": own.require_second_factor,
    }

"""An institution that lets its members in with a second factor only."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, second_factor
from accounts.errors import DomainError, Forbidden
from accounts.models import Institution, Membership


@transaction.atomic
def require(*, institution: Institution, wanted: bool, actor: Membership, ip: str = "") -> Institution:
    """From the next request on; whoever switches it on has one, so that somebody can still come in.

    Raises:
        DomainError: where the person who asks for it has no second factor.
    """
    if institution.require_second_factor == wanted:
        return institution
    if wanted and not second_factor.is_on(actor.user):
        raise DomainError(
            "own_factor_first",
            _("Set up a second factor of your own first, or this would lock you out."),
            field="require_second_factor",
        )
    institution.require_second_factor = wanted
    institution.save(update_fields=["require_second_factor"])
    audit.record(
        actor=audit.actor_of(actor.user),
        action="institution.second_factor_required" if wanted else "institution.second_factor_left_open",
        subject=f"institution:{institution.id}",
        ip=ip,
    )
    return institution


def is_missing(membership: Membership) -> bool:
    return membership.institution.require_second_factor and not second_factor.is_on(membership.user)


def refusal() -> Forbidden:
    return Forbidden(
        "second_factor_required",
        _("Your institution asks for a second factor. Set one up on the page of your account, then go on."),
    )

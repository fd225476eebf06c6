"""What changes institutions and their people."""

import uuid
import zoneinfo
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict, DomainError
from accounts.models import Institution, Membership, User
from accounts.roles import Role
from accounts.tenancy import tenant_scope, unscoped

ACTIVE_INSTITUTION = "institution_id"


@transaction.atomic
def register_institution(
    *, name: str, email: str, password: str, owner_name: str = "", timezone: str = "UTC", ip: str = ""
) -> Membership:
    """A new institution with its owner; refuses an address that already has an account."""
    _check_time_zone(timezone)
    owner = create_user(email=email, password=password, name=owner_name)
    institution = Institution.objects.create(name=name.strip(), slug=_free_slug(name), timezone=timezone)
    with tenant_scope(institution.id):
        membership = Membership.objects.create(user=owner, role=Role.OWNER)
        audit.record(
            actor=audit.actor_of(owner),
            action="institution.registered",
            subject=f"institution:{institution.id}",
            ip=ip,
        )
    return membership


@transaction.atomic
def add_member(
    *, email: str, password: str, role: Role, name: str = "", actor: User | None = None
) -> Membership:
    user = create_user(email=email, password=password, name=name)
    membership = Membership.objects.create(user=user, role=role)
    audit.record(
        actor=audit.actor_of(actor),
        action="member.added",
        subject=f"user:{user.id}",
        detail={"role": str(role)},
    )
    return membership


def record_sign_in(*, user: User, ip: str = "") -> None:
    note_everywhere(user=user, actor=audit.actor_of(user), action="user.signed_in", ip=ip)


@transaction.atomic
def note_everywhere(*, user: User, actor: str, action: str, ip: str = "") -> None:
    """An audit entry in each institution that a person may enter: what concerns their account concerns it."""
    with unscoped("a person's memberships span institutions"):
        institution_ids = list(Membership.objects.filter(user=user).values_list("institution_id", flat=True))
    for institution_id in institution_ids:
        with tenant_scope(institution_id):
            audit.record(actor=actor, action=action, subject=f"user:{user.id}", ip=ip)


def create_user(*, email: str, password: str, name: str = "") -> User:
    candidate = User(email=email.strip().lower(), name=name.strip())
    try:
        validate_password(password, candidate)
    except ValidationError as error:
        raise DomainError("password_weak", " ".join(error.messages), field="password") from error
    try:
        with transaction.atomic():
            return User.objects.create_user(candidate.email, password, name=candidate.name)
    except IntegrityError as error:
        raise Conflict(
            "email_taken", _("This email address already has an account. Sign in instead."), field="email"
        ) from error


def institution_of_member(request: HttpRequest) -> uuid.UUID | None:
    """The institution a signed-in person works in: the one chosen in the session, else the first."""
    if not request.user.is_authenticated:
        return None
    memberships = memberships_of(request.user)
    chosen = request.session.get(ACTIVE_INSTITUTION)
    active = next(
        (m for m in memberships if str(m.institution_id) == chosen), memberships[0] if memberships else None
    )
    request.membership = active  # type: ignore[attr-defined]
    return active.institution_id if active else None


def memberships_of(user: User) -> list[Membership]:
    """Of every institution the person works for, the first one first."""
    with unscoped("a person's memberships span institutions; which one to enter is decided after this"):
        return list(
            Membership.objects.filter(user=user)
            .select_related("institution", "user")
            .order_by("created_at", "id")
        )


@transaction.atomic
def change_institution(
    *,
    institution: Institution,
    name: str,
    timezone: str,
    alert_roles: Iterable[str] | None = None,
    actor: User | None,
    ip: str = "",
) -> Institution:
    """`alert_roles` are mailed when a flag is critical; None leaves them as they are."""
    _check_time_zone(timezone)
    institution.name, institution.timezone = name.strip(), timezone
    changed = {"name": institution.name, "time_zone": timezone}
    if alert_roles is not None:
        institution.alert_roles = _roles_in_order(alert_roles)
        changed["alert_roles"] = ", ".join(institution.alert_roles)
    institution.save(update_fields=["name", "timezone", "alert_roles"])
    audit.record(
        actor=audit.actor_of(actor),
        action="institution.changed",
        subject=f"institution:{institution.id}",
        ip=ip,
        detail=changed,
    )
    return institution


def _roles_in_order(roles: Iterable[str]) -> list[str]:
    """Each once, in the order of the roles."""
    wanted = set(roles)
    if not wanted <= set(Role.values):
        raise DomainError("role_unknown", _("Choose roles from the list."), field="alert_roles")
    return [role for role in Role.values if role in wanted]


def _check_time_zone(timezone: str) -> None:
    if timezone not in zoneinfo.available_timezones():
        raise DomainError(
            "time_zone_unknown",
            _("There is no time zone called “%(timezone)s”.") % {"timezone": timezone},
            field="time_zone",
        )


def _free_slug(name: str) -> str:
    base = slugify(name)[:60] or "institution"
    taken = set(Institution.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)

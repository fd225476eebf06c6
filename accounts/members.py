"""Who works in an institution: changing a role and letting somebody go."""

import uuid

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tokens
from accounts.errors import Conflict, DomainError
from accounts.models import Institution, Membership, User
from accounts.roles import Role
from accounts.tenancy import current_institution_id


def all_members() -> "list[Membership]":
    return list(Membership.objects.select_related("user").order_by("created_at", "id"))


@transaction.atomic
def change_role(*, membership: Membership, role: str, actor: User | None, ip: str = "") -> Membership:
    if role not in Role.values:
        raise DomainError("role_unknown", _("Choose a role from the list."), field="role")
    membership = _lock(membership)
    before = membership.role
    if before == role:
        return membership
    _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record(
        actor=audit.actor_of(actor),
        action="member.role_changed",
        subject=f"user:{membership.user_id}",
        ip=ip,
        detail={"before": before, "role": role},
    )
    return membership


@transaction.atomic
def remove(*, membership: Membership, actor: User | None, ip: str = "") -> uuid.UUID:
    """The person stays a person, and is signed out of what opens this institution."""
    membership = _lock(membership)
    _keep_an_owner(membership)
    user = membership.user
    membership.delete()
    tokens.revoke_all(user=user)
    audit.record(actor=audit.actor_of(actor), action="member.removed", subject=f"user:{user.id}", ip=ip)
    return user.id


@transaction.atomic
def sign_out(*, membership: Membership, actor: User | None, ip: str = "") -> int:
    """How many browsers were signed out; programs and open pages of this person stop as well."""
    user = membership.user
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    tokens.revoke_all(user=user)
    audit.record(actor=audit.actor_of(actor), action="member.signed_out", subject=f"user:{user.id}", ip=ip)
    return len(sessions)


def _lock(membership: Membership) -> Membership:
    """The institution's row first: two owners cannot let each other go at the same moment."""
    Institution.objects.select_for_update().get(id=current_institution_id())
    return Membership.objects.select_related("user").get(id=membership.id)


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(role=Role.OWNER).exclude(id=membership.id)
    if membership.role == Role.OWNER and not others.exists():
        raise Conflict("last_owner", _("An institution needs an owner. Make somebody else an owner first."))

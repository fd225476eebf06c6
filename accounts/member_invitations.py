"""Inviting people to an institution: a signed link that is good for a week and for one person."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict, DomainError, Forbidden, Gone, NotFound
from accounts.models import Institution, MemberInvitation, Membership, User
from accounts.roles import Role
from accounts.services import create_user
from accounts.tenancy import current_institution_id, tenant_scope

GOOD_FOR = timedelta(days=7)
SALT = "member invitation"


@dataclass(frozen=True, slots=True)
class Opened:
    """An invitation that was found by its link; `has_account`: the person need only sign in."""

    invitation: MemberInvitation
    institution: Institution
    has_account: bool


def link_of(invitation: MemberInvitation) -> str:
    """The link holds no secret that the database knows: it is signed with the server's key."""
    named = [str(invitation.institution_id), str(invitation.id)]
    token = signing.dumps(named, salt=SALT, compress=False)
    return str(settings.PUBLIC_URL + reverse("accounts:invited", args=[token]))


def waiting() -> list[MemberInvitation]:
    found = MemberInvitation.objects.filter(used_at=None, withdrawn_at=None)
    return list(found.select_related("invited_by").order_by("-created_at", "id"))


@transaction.atomic
def invite(*, email: str, role: str, actor: User | None, ip: str = "") -> MemberInvitation:
    """One that was sent to the same address before is good no longer."""
    email = _address(email)
    if role not in Role.values:
        raise DomainError("role_unknown", _("Choose a role from the list."), field="role")
    Institution.objects.select_for_update().get(id=current_institution_id())
    if Membership.objects.filter(user__email=email).exists():
        raise Conflict("member_already", _("This person works here already."), field="email")
    _live(email).update(withdrawn_at=timezone.now())
    invitation = MemberInvitation.objects.create(
        email=email, role=role, invited_by=actor, expires_at=timezone.now() + GOOD_FOR
    )
    _note("member.invited", invitation, audit.actor_of(actor), ip, email=email, role=role)
    return invitation


@transaction.atomic
def withdraw(*, invitation: MemberInvitation, actor: User | None, ip: str = "") -> MemberInvitation:
    invitation = MemberInvitation.objects.select_for_update().get(id=invitation.id)
    if invitation.used_at:
        raise Conflict(
            "invitation_used", _("The person has joined already. Remove them from the list of members.")
        )
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        _note("member.invitation_withdrawn", invitation, audit.actor_of(actor), ip, email=invitation.email)
    return invitation


def open_link(token: str) -> Opened:
    institution_id, invitation_id = _named(token)
    with tenant_scope(institution_id):
        found = MemberInvitation.objects.select_related("institution").filter(id=invitation_id).first()
    if found is None:
        raise NotFound("invitation_unknown", _("There is no such invitation. Ask for a new one."))
    _check_good(found)
    return Opened(found, found.institution, User.objects.filter(email=found.email).exists())


@transaction.atomic
def accept(*, token: str, user: User | None, name: str = "", password: str = "", ip: str = "") -> Membership:
    """Join: as the person who is signed in with the invited address, or with a new account for it."""
    opened = open_link(token)
    with tenant_scope(opened.institution.id):
        Institution.objects.select_for_update().get(id=opened.institution.id)
        invitation = MemberInvitation.objects.select_for_update().get(id=opened.invitation.id)
        _check_good(invitation)
        person = _person(invitation, user, name, password)
        if Membership.objects.filter(user=person).exists():
            raise Conflict("member_already", _("You work here already."))
        membership = Membership.objects.create(user=person, role=invitation.role)
        invitation.used_at = timezone.now()
        invitation.save(update_fields=["used_at"])
        _note("member.joined", invitation, audit.actor_of(person), ip, role=invitation.role)
    return membership


@transaction.atomic
def forget_old(*, before: datetime) -> int:
    """Delete invitations that were over before this time; how many."""
    over = Q(used_at__lte=before) | Q(withdrawn_at__lte=before) | Q(expires_at__lte=before)
    deleted, _rows = MemberInvitation.objects.filter(over).delete()
    return deleted


def _person(invitation: MemberInvitation, user: User | None, name: str, password: str) -> User:
    if user is None:
        return create_user(email=invitation.email, password=password, name=name)
    if user.email != invitation.email:
        raise Forbidden(
            "invitation_for_another",
            _("This invitation is for %(email)s. Sign out, then open the link again.")
            % {"email": invitation.email},
        )
    return user


def _check_good(invitation: MemberInvitation) -> None:
    if invitation.used_at:
        raise Gone("invitation_used", _("This invitation was used already. Sign in with your account."))
    if invitation.withdrawn_at or invitation.expires_at <= timezone.now():
        raise Gone("invitation_over", _("This invitation is good no longer. Ask for a new one."))


def _named(token: str) -> tuple[uuid.UUID, uuid.UUID]:
    try:
        institution_id, invitation_id = signing.loads(token, salt=SALT)
        return uuid.UUID(institution_id), uuid.UUID(invitation_id)
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        raise NotFound(
            "invitation_unknown", _("This is not one of our invitations. Copy the whole link and try again.")
        ) from None


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise DomainError(
            "email", _("Write an email address such as bob@north.example."), field="email"
        ) from None
    return email


def _live(email: str) -> QuerySet[MemberInvitation]:
    return MemberInvitation.objects.filter(email=email, used_at=None, withdrawn_at=None)


def _note(action: str, invitation: MemberInvitation, actor: str, ip: str, **detail: str) -> None:
    audit.record(actor=actor, action=action, subject=f"invitation:{invitation.id}", ip=ip, detail=detail)

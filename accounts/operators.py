"""Those who run the platform: who they are, and what they may do to anybody's account."""

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, services, tokens
from accounts.errors import Conflict
from accounts.models import User


@transaction.atomic
def appoint(*, user: User) -> User:
    """From now on they may enter the platform's admin, with a second factor."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


@transaction.atomic
def dismiss(*, user: User) -> User:
    user.is_staff = False
    user.save(update_fields=["is_staff"])
    return user


@transaction.atomic
def deactivate(*, user: User, actor: User | None, ip: str = "") -> User:
    """They are signed out everywhere and come in no more; what they did stays theirs."""
    if actor is not None and actor.id == user.id:
        raise Conflict("own_account", _("Ask another operator: this would lock you out."))
    user = User.objects.select_for_update().get(id=user.id)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        for session in UserSession.objects.filter(user=user):
            session.end()
        tokens.revoke_all(user=user)
        _note("deactivated", user, actor, ip)
    return user


@transaction.atomic
def activate(*, user: User, actor: User | None, ip: str = "") -> User:
    user = User.objects.select_for_update().get(id=user.id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        _note("activated", user, actor, ip)
    return user


def _note(what: str, user: User, actor: User | None, ip: str) -> None:
    services.note_everywhere(user=user, actor=audit.actor_of(actor), action=f"user.{what}", ip=ip)

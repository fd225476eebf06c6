"""What people change of their own accounts, on record in each institution they may enter."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import audit, guessing, services, tokens
from accounts.models import User


@transaction.atomic
def set_password(*, user: User, password: str, ip: str = "") -> User:
    """A new password: whoever was signed in with the old one is signed out, on pages and in programs."""
    user.set_password(password)
    user.save(update_fields=["password"])
    tokens.revoke_all(user=user)
    guessing.forget_failures(user)
    services.note_everywhere(user=user, actor=audit.actor_of(user), action="user.password_changed", ip=ip)
    return user


@transaction.atomic
def rename(*, user: User, name: str, ip: str = "") -> User:
    user.name = name.strip()
    user.save(update_fields=["name"])
    services.note_everywhere(user=user, actor=audit.actor_of(user), action="user.renamed", ip=ip)
    return user


@transaction.atomic
def remove_second_factors(*, user: User) -> int:
    """How many were removed, by whoever runs the server; the password alone opens the account again."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if removed:
        services.note_everywhere(user=user, actor="system", action="user.second_factor_removed")
    return int(removed)

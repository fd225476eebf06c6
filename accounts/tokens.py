"""Tokens of people's programs: an hour's access, and a refresh token that is good for one exchange.

The database keeps the number of a refresh token and never the token.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.errors import Unauthenticated
from accounts.models import Membership, User
from accounts.tenancy import tenant_scope

SCHEME = "Bearer"
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: uuid.UUID
    institution_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a signed-in program holds; `expires_in_s` is the access token's."""

    user: User
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in_s: int


@transaction.atomic
def issue(*, membership: Membership) -> Tokens:
    """A pair for this person in this institution."""
    user = membership.user
    refresh = RefreshToken()
    refresh["sub"], refresh["institution"] = str(user.id), str(membership.institution_id)
    OutstandingToken.objects.create(
        user=user,
        jti=refresh["jti"],
        token="",
        created_at=timezone.now(),
        expires_at=datetime.fromtimestamp(refresh["exp"], UTC),
    )
    lifetime: timedelta = settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"]  # type: ignore[assignment]
    lifetime_s = lifetime // timedelta(seconds=1)
    return Tokens(user, str(refresh.access_token), str(refresh), lifetime_s)


@transaction.atomic
def exchange(*, refresh: str) -> Tokens:
    """A new pair for a refresh token, which is used up by it."""
    claims = _use_up(refresh)
    with tenant_scope(claims.institution_id):
        membership = (
            Membership.objects.select_related("user")
            .filter(user_id=claims.user_id, user__is_active=True)
            .first()
        )
    if membership is None:
        raise refused()
    return issue(membership=membership)


@transaction.atomic
def revoke(*, refresh: str) -> None:
    """Sign a program out; a token that opens nothing any more is as good as signed out."""
    try:
        _use_up(refresh)
    except Unauthenticated:
        return


@transaction.atomic
def revoke_all(*, user: User) -> None:
    """No refresh token of this person opens anything any more."""
    for outstanding in OutstandingToken.objects.filter(user=user, blacklistedtoken__isnull=True):
        BlacklistedToken.objects.get_or_create(token=outstanding)


def read_access(text: str) -> Claims:
    return _claims(_parsed(AccessToken, text))


def forget_expired(now: datetime) -> int:
    """Expired tokens open nothing; their rows are not needed any more."""
    deleted, _ = OutstandingToken.objects.filter(expires_at__lt=now).delete()
    return deleted


def refused() -> Unauthenticated:
    """One answer for whatever is wrong with a token."""
    return Unauthenticated(
        "token_refused", _("This token is not known, has expired or was used up. Sign in.")
    )


def _use_up(refresh: str) -> Claims:
    token = _parsed(RefreshToken, refresh)
    outstanding = OutstandingToken.objects.select_for_update().filter(jti=token["jti"]).first()
    if outstanding is None:
        raise refused()
    _, first = BlacklistedToken.objects.get_or_create(token=outstanding)
    if not first:
        raise refused()
    return _claims(token)


def _parsed(kind: type[Token], text: str) -> Token:
    if not text or len(text) > LONGEST or not text.isascii():
        raise refused()
    try:
        return kind(text)  # type: ignore[arg-type]
    except TokenError as error:
        raise refused() from error


def _claims(token: Token) -> Claims:
    try:
        return Claims(uuid.UUID(str(token["sub"])), uuid.UUID(str(token["institution"])))
    except (KeyError, ValueError) as error:
        raise refused() from error

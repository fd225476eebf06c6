"""Tokens of people's programs: an hour's access, and a refresh token that is good for one exchange.

The database keeps the number of a refresh token and never the token.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
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
    access_stamp: uuid.UUID


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
    refresh["stamp"], refresh["pair"] = str(user.access_stamp), refresh["jti"]
    OutstandingToken.objects.create(
        user=user,
        jti=refresh["jti"],
        token="",
        created_at=timezone.now(),
        expires_at=datetime.fromtimestamp(refresh["exp"], UTC),
    )
    lifetime_s = _access_life() // timedelta(seconds=1)
    return Tokens(user, str(refresh.access_token), str(refresh), lifetime_s)


@transaction.atomic
def exchange(*, refresh: str) -> Tokens:
    """A new pair for a refresh token, which is used up by it."""
    claims = _claims(_use_up(refresh))
    with tenant_scope(claims.institution_id):
        return issue(membership=member_of(claims))


@transaction.atomic
def revoke(*, refresh: str) -> None:
    """Sign a program out, with its access token; what opens nothing any more is as good as signed out."""
    try:
        token = _use_up(refresh)
    except Unauthenticated:
        return
    cache.set(_signed_out(token.get("pair", "")), True, timeout=_access_life().total_seconds())


@transaction.atomic
def revoke_all(*, user: User) -> None:
    """No token of this person opens anything any more, and sockets that a ticket opened close."""
    user.access_stamp = uuid.uuid4()
    user.save(update_fields=["access_stamp"])
    for outstanding in OutstandingToken.objects.filter(user=user, blacklistedtoken__isnull=True):
        BlacklistedToken.objects.get_or_create(token=outstanding)


def read_access(text: str) -> Claims:
    token = _parsed(AccessToken, text)
    claims = _claims(token)
    if cache.get(_signed_out(token.get("pair", ""))):
        raise refused()
    return claims


def member_of(claims: Claims) -> Membership:
    """Who holds the token, with the role as it is now and not as it was when the token was given out.

    Raises:
        Unauthenticated: for who left, is switched off, or was signed out of programs since.
    """
    membership = (
        Membership.objects.select_related("institution", "user")
        .filter(user_id=claims.user_id, user__is_active=True, user__access_stamp=claims.access_stamp)
        .first()
    )
    if membership is None:
        raise refused()
    return membership


def forget_expired(now: datetime) -> int:
    """Expired tokens open nothing; their rows are not needed any more."""
    deleted, _ = OutstandingToken.objects.filter(expires_at__lt=now).delete()
    return deleted


def refused() -> Unauthenticated:
    """One answer for whatever is wrong with a token."""
    return Unauthenticated(
        "token_refused", _("This token is not known, has expired or was used up. Sign in.")
    )


def _access_life() -> timedelta:
    lifetime: timedelta = settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"]  # type: ignore[assignment]
    return lifetime


def _signed_out(pair: str) -> str:
    return f"signed-out:{pair}"


def _use_up(refresh: str) -> Token:
    token = _parsed(RefreshToken, refresh)
    outstanding = OutstandingToken.objects.select_for_update().filter(jti=token["jti"]).first()
    if outstanding is None:
        raise refused()
    _, first = BlacklistedToken.objects.get_or_create(token=outstanding)
    if not first:
        raise refused()
    return token


def _parsed(kind: type[Token], text: str) -> Token:
    if not text or len(text) > LONGEST or not text.isascii():
        raise refused()
    try:
        return kind(text)  # type: ignore[arg-type]
    except TokenError as error:
        raise refused() from error


def _claims(token: Token) -> Claims:
    try:
        return Claims(*(uuid.UUID(str(token[name])) for name in ("sub", "institution", "stamp")))
    except (KeyError, ValueError) as error:
        raise refused() from error

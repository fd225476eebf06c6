"""Signing in at a provider that the deployment has set up (OpenID Connect): whom it lets in, and where.

It opens accounts that were connected to it by whom they belong to, and lets invited people in; it makes no
institution, and takes over no account because of an address alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from accounts import member_invitations
from accounts.errors import Forbidden
from accounts.models import User

KIND = "openid_connect"
CONNECTING_LASTS = timedelta(minutes=15)
_SIGNER = TimestampSigner(salt="connect an outer account")


@dataclass(frozen=True, slots=True)
class Provider:
    """One that the deployment has set up; `id` stands in addresses."""

    id: str
    name: str

    @property
    def sign_in_address(self) -> str:
        return reverse("openid_connect_login", args=[self.id])


@dataclass(frozen=True, slots=True)
class Connection:
    """Whether a person's account opens through a provider; `account_id` is set where it does."""

    provider: Provider
    account_id: int | None
    connect_address: str


def providers() -> list[Provider]:
    apps = settings.SOCIALACCOUNT_PROVIDERS[KIND]["APPS"]
    return [Provider(app["provider_id"], app["name"]) for app in apps]


def connections_of(user: User) -> list[Connection]:
    ids = dict(SocialAccount.objects.filter(user=user).values_list("provider", "id"))
    wanted = urlencode({"process": "connect", "ticket": _SIGNER.sign(str(user.id))})
    return [Connection(one, ids.get(one.id), f"{one.sign_in_address}?{wanted}") for one in providers()]


def check_ticket(*, user: User, ticket: str) -> None:
    """A link on somebody else's page must not connect somebody else's account to this person's."""
    try:
        right = _SIGNER.unsign(ticket, max_age=CONNECTING_LASTS) == str(user.id)
    except BadSignature:
        right = False
    if not right:
        raise Forbidden(
            "connect_again", _("This page was open for too long. Start again from “Your account”.")
        )


class OuterAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        email = _verified_email(sociallogin)
        # Who it is stands in the account's number; what else the provider tells is not kept.
        sociallogin.account.extra_data = {}
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])
        if not sociallogin.is_existing and sociallogin.state.get("process") != "connect":
            _check_may_join(sociallogin, email)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever was not invited has been refused in words before."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "")[:200].strip()
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("accounts:account")

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, **kwargs: Any
    ) -> None:
        if error == AuthError.CANCELLED:
            raise Forbidden(
                "outer_cancelled",
                _("You did not sign in at %(name)s. Nothing changed.") % {"name": provider.name},
            )
        raise Forbidden(
            "outer_refused",
            _("Signing in at %(name)s did not work. Try again, or use your password.")
            % {"name": provider.name},
        )


def _verified_email(sociallogin: SocialLogin) -> str:
    found = [one.email.strip().lower() for one in sociallogin.email_addresses if one.verified is True]
    return found[0] if found else ""


def _check_may_join(sociallogin: SocialLogin, email: str) -> None:
    name = sociallogin.provider.name
    if not email:
        raise Forbidden(
            "outer_email_missing",
            _("%(name)s does not vouch for an email address of yours. Use your password.") % {"name": name},
        )
    if User.objects.filter(email=email).exists():
        raise Forbidden(
            "connect_first",
            _(
                "There is an account with the address %(email)s already. Sign in with its password, "
                "then connect %(name)s under “Your account”."
            )
            % {"email": email, "name": name},
        )
    if _invited_address(sociallogin) != email:
        raise Forbidden(
            "not_invited",
            _(
                "Nobody has invited %(email)s. Ask an owner of your institution for an invitation, "
                "open its link, and sign in from there."
            )
            % {"email": email},
        )


def _invited_address(sociallogin: SocialLogin) -> str:
    """Whom the invitation is for from whose page the person came; none is as good as nobody."""
    try:
        came_from = resolve(urlsplit(sociallogin.state.get("next") or "").path)
    except Resolver404:
        return ""
    if came_from.view_name != "accounts:invited":
        return ""
    return member_invitations.open_link(came_from.kwargs["token"]).invitation.email

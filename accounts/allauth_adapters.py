"""Where django-allauth asks us: who people are, what is on record, where mails lead."""

import logging
from smtplib import SMTPException
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, persons, services
from accounts.access import client_ip
from accounts.errors import Forbidden, Unauthenticated, Unavailable
from accounts.guessing import authenticate_person
from accounts.models import User

log = logging.getLogger(__name__)

# The column for it cannot be empty.
UNKNOWN_ADDRESS = "::"
# What allauth tells people, and what goes on record about it.
_ON_RECORD = {
    "socialaccount/email/account_connected": "user.outer_account_connected",
    "socialaccount/email/account_disconnected": "user.outer_account_removed",
    "mfa/email/webauthn_added": "user.second_factor_added",
    "mfa/email/webauthn_removed": "user.second_factor_removed",
    "mfa/email/totp_activated": "user.second_factor_added",
    "mfa/email/totp_deactivated": "user.second_factor_removed",
    "mfa/email/recovery_codes_generated": "user.recovery_codes_made",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": "This is not your password. Try again.",
        "incorrect_password": "This is not your password. Try again.",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, then try again.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account begins with an institution (`/register/`) or an invitation, and nowhere else."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or UNKNOWN_ADDRESS

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        services.record_sign_in(user=user, ip=client_ip(request))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        raise Forbidden(
            "account_inactive", _("This account is switched off. Ask an owner of your institution.")
        )

    def reauthenticate(self, user: User, password: str) -> bool:
        try:
            return authenticate_person(self.request, email=user.email, password=password) == user
        except Unauthenticated:
            return False

    def set_password(self, user: User, password: str) -> None:
        persons.set_password(user=user, password=password, ip=client_ip(self.request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Never built from the Host header, which a visitor writes."""
        named = {"uidb36": "UID", "key": "KEY"}
        path = reverse("account_reset_password_from_key", kwargs=named).replace("UID-KEY", quote(key))
        return str(settings.PUBLIC_URL + path)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return str(settings.PUBLIC_URL + reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("accounts:account")

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """A server without mail keeps nobody from registering; the account's page offers it again."""
        try:
            super().send_confirmation_mail(request, emailconfirmation, signup)
        except Unavailable as error:
            if not signup:
                raise
            log.info("No mail to confirm an address was sent: %s", error.code)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            user, ip = email_address.user, client_ip(request)
            actor = audit.actor_of(user)
            services.note_everywhere(user=user, actor=actor, action="user.email_confirmed", ip=ip)
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            raise Unavailable(
                "mail_failed", "The mail could not be sent. Try again in a few minutes."
            ) from error

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        if action := _ON_RECORD.get(template_prefix):
            ip = client_ip(self.request)
            services.note_everywhere(user=user, actor=audit.actor_of(user), action=action, ip=ip)

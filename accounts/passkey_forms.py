"""Passkeys as forms: what a browser sends is a stranger's JSON until it has been checked."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import WordedForm

REFUSED = gettext_lazy("This passkey opens nothing here. Try another, or another way.")


LONGEST = 20_000


class CredentialField(forms.JSONField):
    """A browser's answer; no JSON object, or one nested beyond reason, is refused like a wrong one."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> dict[str, Any]:
        try:
            found = super().to_python(value if len(value or "") <= LONGEST else "")
        except (ValidationError, RecursionError):
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
            raise ValidationError(REFUSED)
        return found


class AddPasskey(WordedForm, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("So that you know later which one to remove."),
    )
    passwordless = forms.BooleanField(
        label=gettext_lazy("It opens my account alone, without the password"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "It then asks for your finger, face or PIN. Without the tick it is a second factor only."
        ),
    )

    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().clean()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(_("This passkey could not be added. Try again.")) from error
        return found


class _Shown:
    """A passkey that is shown; what is wrong with it is nobody's business."""

    def clean_credential(self) -> Authenticator:
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except ValidationError as error:
            limited = error.code == "too_many_login_attempts"
            raise ValidationError(error.messages if limited else REFUSED) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(REFUSED) from error
        return found


class AuthenticatePasskey(_Shown, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class LoginPasskey(_Shown, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()


class ReauthenticatePasskey(_Shown, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

"""django-allauth's forms in our words and looks."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts import second_factor
from accounts.forms import WordedForm

CHOOSING_HELP = gettext_lazy(
    "At least 10 characters. A few words you can remember are better than one odd word."
)


Words = str | Promise


class _Worded(WordedForm):
    """Our labels on allauth's fields; its placeholders would vanish with the first letter."""

    words: dict[str, tuple[Words, Words]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in self.words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ResetPassword(_Worded, account.ResetPasswordForm):  # type: ignore[misc]
    words = {"email": (gettext_lazy("Email address"), "")}


class ResetPasswordKey(_Worded, account.ResetPasswordKeyForm):  # type: ignore[misc]
    password2 = None
    words = {"password1": (gettext_lazy("New password"), CHOOSING_HELP)}


class ChangePassword(_Worded, account.ChangePasswordForm):  # type: ignore[misc]
    password2 = None
    words = {
        "oldpassword": (gettext_lazy("Your password now"), ""),
        "password1": (gettext_lazy("New password"), CHOOSING_HELP),
    }


class SetPassword(_Worded, account.SetPasswordForm):  # type: ignore[misc]
    password2 = None
    words = {"password1": (gettext_lazy("New password"), CHOOSING_HELP)}


class Reauthenticate(_Worded, account.ReauthenticateForm):  # type: ignore[misc]
    words = {"password": (gettext_lazy("Password"), "")}


class _Code(_Worded):
    words = {
        "code": (
            gettext_lazy("Code"),
            gettext_lazy("Six digits from the app on your phone, or one of your recovery codes."),
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(autofocus=True, inputmode="numeric", maxlength=40)

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not second_factor.use_once(self.user, code):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticate(_Code, factor.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateByCode(_Code, factor.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTotp(_Code, totp.ActivateTOTPForm):  # type: ignore[misc]
    words = {"code": (gettext_lazy("Code"), gettext_lazy("The six digits that the app shows now."))}


class DeactivateTotp(WordedForm, totp.DeactivateTOTPForm):  # type: ignore[misc]
    pass


class GenerateRecoveryCodes(WordedForm, GenerateRecoveryCodesForm):  # type: ignore[misc]
    pass

"""The second factor of signing in: whether there is one, and codes that are good for one use."""

import uuid
from datetime import timedelta

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts import sealed_columns, sealing
from accounts.errors import TooMany, Unauthenticated, Unavailable
from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# The code of the step before and after this one is taken too: phones' clocks are not ours.
CODE_LIFE = timedelta(seconds=90)
_PURPOSE = b"second factor"
# allauth seals before it has a row to seal for.
_NO_ROW = uuid.UUID(int=0)
# The secret of codes by an app, and the seed of recovery codes.
SEALED = (sealed_columns.SealedWords("mfa.Authenticator", "data", ("secret", "seed"), _PURPOSE, _NO_ROW),)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth stores of a second factor is sealed: a copy of the database opens nobody's account."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Wait for the next one, and check the clock of your phone.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        return sealed_columns.written(text.encode(), _NO_ROW, _PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            sealed = sealed_columns.read(encrypted_text)
            return sealing.unseal(sealed, _NO_ROW, purpose=_PURPOSE).decode()
        except sealing.SealBroken as error:
            raise Unavailable(
                "factor_unreadable",
                "The server’s key was changed, so your second factor cannot be read. Ask whoever runs it.",
            ) from error


def is_on(user: User) -> bool:
    return bool(FactorAdapter().is_mfa_enabled(user, FACTORS))


def use_once(user: User, code: str) -> bool:
    """Whether this code was not used yet: who looks over a shoulder cannot use it again."""
    digits = "".join(filter(str.isalnum, code))
    return cache.add(f"code-used:{user.id}:{uuid.uuid5(_NO_ROW, digits)}", True, CODE_LIFE.total_seconds())


def check_code(*, user: User, code: str) -> None:
    """For programs, which cannot be led to the next page: a code of the app, or a recovery code.

    Raises:
        Unauthenticated: without a code, or with a wrong or used one.
        TooMany: after too many wrong ones.
    """
    if not is_on(user):
        return
    if not code:
        raise Unauthenticated(
            "second_factor_needed",
            _("This account has a second factor: send its code, or a recovery code, as `code`."),
            field="code",
        )
    form = AuthenticateForm({"code": code}, user=user)
    if form.is_valid() and use_once(user, code):
        form.authenticator.record_usage()
        return
    if form.has_error("code", "too_many_login_attempts"):
        raise TooMany("too_many_tries", _("Too many wrong codes. Wait a few minutes, then try again."))
    raise Unauthenticated("code_refused", _("This code is not right, or was used already."), field="code")

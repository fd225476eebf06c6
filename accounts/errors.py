"""What can go wrong in words; every app's errors derive from DomainError and are translated in one place."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class DomainError(Exception):
    """A refusal that a person can act on: a stable code, a sentence, the field it is about."""

    status = 400
    title: str | Promise = gettext_lazy("That did not work")

    def __init__(self, code: str, message: str | Promise, *, field: str | None = None) -> None:
        # The words are settled in the language of whoever is refused.
        message = str(message)
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class Unauthenticated(DomainError):
    status = 401
    title = gettext_lazy("Who are you?")


class NotFound(DomainError):
    status = 404
    title = gettext_lazy("Not found")


class Forbidden(DomainError):
    status = 403
    title = gettext_lazy("Not allowed")


class Conflict(DomainError):
    status = 409
    title = gettext_lazy("That is not possible now")


class Gone(DomainError):
    status = 410
    title = gettext_lazy("No longer available")


class LengthRequired(DomainError):
    status = 411
    title = gettext_lazy("How long is it?")


class TooLarge(DomainError):
    status = 413
    title = gettext_lazy("Too large")


class Unavailable(DomainError):
    status = 503
    title = gettext_lazy("Not possible right now")


class TooMany(DomainError):
    status = 429
    title = gettext_lazy("Too many tries")


class Away(Unavailable):
    """A service that we need does not answer; nothing is wrong with what was asked."""

    def __init__(self) -> None:
        words = gettext_lazy(
            "A part of the server does not answer. Nothing you saved is lost; try again soon."
        )
        super().__init__("away", words)

"""What can go wrong in words; every app's errors derive from DomainError and are translated in one place."""


class DomainError(Exception):
    """A refusal that a person can act on: a stable code, a sentence, the field it is about."""

    status = 400
    title = "That did not work"

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class Unauthenticated(DomainError):
    status = 401
    title = "Who are you?"


class NotFound(DomainError):
    status = 404
    title = "Not found"


class Forbidden(DomainError):
    status = 403
    title = "Not allowed"


class Conflict(DomainError):
    status = 409
    title = "That is not possible now"


class Gone(DomainError):
    status = 410
    title = "No longer available"


class LengthRequired(DomainError):
    status = 411
    title = "How long is it?"


class TooLarge(DomainError):
    status = 413
    title = "Too large"


class Unavailable(DomainError):
    status = 503
    title = "Not possible right now"


class TooMany(DomainError):
    status = 429
    title = "Too many tries"

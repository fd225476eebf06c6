"""The reason that a person gives for a decision: stated, short enough, and nothing that cannot be stored."""

from django.utils.translation import gettext as _

from accounts.errors import DomainError

LONGEST_REASON = 2000


def stated_reason(reason: str, *, missing: str, what: str = "reason", longest: int = LONGEST_REASON) -> str:
    """The reason without blanks around it; `missing` are the words for an empty one, `what` is its name."""
    reason = reason.strip()
    if not reason:
        raise DomainError(f"{what}_missing", missing, field=what)
    if len(reason) > longest:
        raise DomainError(
            f"{what}_too_long",
            _("The %(what)s has %(len)s characters; %(longest)s are allowed.")
            % {"what": what, "len": len(reason), "longest": longest},
            field=what,
        )
    if any(ord(letter) < 32 and letter not in "\r\n\t" for letter in reason):
        raise DomainError(
            f"{what}_invalid",
            _("The %(what)s holds signs that cannot be shown.") % {"what": what},
            field=what,
        )
    return reason

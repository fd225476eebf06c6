"""The reason that a person gives for a decision: stated, short enough, and nothing that cannot be stored."""

from accounts.errors import DomainError

LONGEST_REASON = 2000


def stated_reason(reason: str, *, missing: str) -> str:
    """The reason without blanks around it; `missing` are the words for an empty one."""
    reason = reason.strip()
    if not reason:
        raise DomainError("reason_missing", missing, field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(
            "reason_too_long",
            f"The reason has {len(reason)} characters; {LONGEST_REASON} are allowed.",
            field="reason",
        )
    if any(ord(letter) < 32 and letter not in "\r\n\t" for letter in reason):
        raise DomainError("reason_invalid", "The reason holds signs that cannot be shown.", field="reason")
    return reason

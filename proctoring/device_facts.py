"""What a browser, or another system, says about the candidate's device."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError

LONGEST_FACT = 1000
MOST_FACTS = 40


def device_facts(facts: Any) -> dict[str, str | int | bool]:
    """A flat description of the device; what else a browser may send is left out."""
    if not isinstance(facts, dict) or len(facts) > MOST_FACTS:
        raise DomainError(
            "invalid", _("device_info must be an object of a few plain facts."), field="device_info"
        )
    return {
        str(_fact(key[:64])): value if isinstance(value, bool) else _fact(value)
        for key, value in facts.items()
        if isinstance(value, str | int | bool)
    }


def _fact(value: str | int) -> str | int:
    if isinstance(value, str):
        # Neither NUL nor half a surrogate pair can be stored.
        return value[:LONGEST_FACT].replace("\x00", "").encode("utf-8", "replace").decode()
    return max(-(2**53), min(2**53, value))

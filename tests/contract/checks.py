"""What schemathesis asks of every answer beyond its own checks."""

from typing import Any

import schemathesis

# Refusals of a request's form. The description says all of it, so what keeps to the description meets none;
# whether a time zone, a cursor or a password is a good one, no description can say.
OF_FORM = frozenset(
    {
        "invalid_json",
        "invalid_type",
        "too_deep",
        "unknown_field",
        "unknown_parameter",
        "required",
        "null",
        "max_length",
        "min_length",
        "max_value",
        "min_value",
        "invalid_choice",
        "out_of_range",
    }
)


@schemathesis.check
def form_is_described(ctx: Any, response: Any, case: Any) -> None:
    """A request that keeps to the description is refused only for what it means."""
    meta = getattr(case, "meta", None)
    if meta is None or not meta.generation.mode.is_positive or response.status_code != 400:
        return
    problem = response.json()
    assert problem["code"] not in OF_FORM, f"{problem['code']} for {problem['field']}: {problem['message']}"

"""What schemathesis asks of every answer beyond its own checks."""

import json
import os
import uuid
from typing import Any

import schemathesis

# Ids that are there, by path parameter; drawn ones never are.
KNOWN: dict[str, list[str]] = json.loads(os.environ.get("CONTRACT_IDS", "{}"))
# A sequence of requests brings its own.
IN_SEQUENCE = "stateful"
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


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """For two drawn ids of three ask for something that is there: for the same one always the same."""
    if case.meta is None or case.meta.phase.name.value == IN_SEQUENCE:
        return
    for name, drawn in (case.path_parameters or {}).items():
        known = KNOWN.get(name, [])
        number = _number(drawn)
        if known and number is not None and number % 3:
            case.path_parameters[name] = known[number // 3 % len(known)]


def _number(drawn: Any) -> int | None:
    try:
        return uuid.UUID(str(drawn)).int
    except ValueError:
        return None


@schemathesis.check
def form_is_described(ctx: Any, response: Any, case: Any) -> None:
    """A request that keeps to the description is refused only for what it means."""
    meta = getattr(case, "meta", None)
    if meta is None or not meta.generation.mode.is_positive or response.status_code != 400:
        return
    problem = response.json()
    assert problem["code"] not in OF_FORM, f"{problem['code']} for {problem['field']}: {problem['message']}"

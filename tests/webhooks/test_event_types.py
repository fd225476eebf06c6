"""What can be subscribed to, also by the names that other systems use."""

import pytest

from accounts.errors import DomainError
from webhooks.event_types import TYPES, chosen_types


def test_names_and_aliases_become_types_once_and_in_order() -> None:
    assert chosen_types(["flag_raised", "session.created", "flag.raised"]) == [
        "session.created",
        "flag.raised",
    ]
    assert chosen_types(["exam_completed"]) == ["session.submitted", "session.expired", "session.terminated"]
    assert chosen_types(reversed(TYPES)) == list(TYPES)


@pytest.mark.parametrize(
    ("names", "code"),
    [([], "events_missing"), (["session.exploded"], "event_unknown"), ([""], "event_unknown")],
)
def test_what_is_no_event_is_refused(names: list[str], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        chosen_types(names)
    assert (refusal.value.code, refusal.value.field) == (code, "events")

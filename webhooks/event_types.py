"""What may be subscribed to: every type of event, in words, and other names under which it is known."""

from collections.abc import Iterable

from accounts.errors import DomainError

TYPES: dict[str, str] = {
    "session.created": "A candidate was given a sitting",
    "session.started": "A candidate began the exam",
    "session.paused": "A proctor paused a sitting",
    "session.resumed": "A paused sitting goes on",
    "session.submitted": "A candidate handed in",
    "session.expired": "The time of a sitting ran out",
    "session.terminated": "A sitting was ended by a person",
    "session.decided": "A person decided on a sitting",
    "session.reopened": "A decision on a sitting was opened again",
    "flag.raised": "A moment was pointed out",
    "flag.closed": "A moment that was pointed out has ended",
    "flag.reviewed": "A person decided on a flag",
    "report.ready": "The report of a sitting was made",
    "export.ready": "A file with all reports of an exam was made",
}
# Sent by the test button alone, to the one endpoint whose button it is.
TEST = "webhook.test"

ALIASES: dict[str, tuple[str, ...]] = {
    "exam_completed": ("session.submitted", "session.expired", "session.terminated"),
    "flag_raised": ("flag.raised",),
}


def chosen_types(names: Iterable[str]) -> list[str]:
    """The types that these names and aliases stand for, each once, in the order of the catalogue."""
    wanted: set[str] = set()
    for name in names:
        wanted.update(_meant_by(name))
    if not wanted:
        raise DomainError("events_missing", "Choose at least one event.", field="events")
    return [known for known in TYPES if known in wanted]


def _meant_by(name: str) -> tuple[str, ...]:
    if name in TYPES:
        return (name,)
    if name in ALIASES:
        return ALIASES[name]
    raise DomainError(
        "event_unknown",
        f"There is no event called “{name[:80]}”. There are: {', '.join(TYPES)}.",
        field="events",
    )

"""What may be subscribed to: every type of event, in words, and other names under which it is known."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError

TYPES: dict[str, str] = {
    "session.created": gettext_lazy("A candidate was given a sitting"),
    "session.started": gettext_lazy("A candidate began the exam"),
    "session.paused": gettext_lazy("A proctor paused a sitting"),
    "session.resumed": gettext_lazy("A paused sitting goes on"),
    "session.submitted": gettext_lazy("A candidate handed in"),
    "session.expired": gettext_lazy("The time of a sitting ran out"),
    "session.terminated": gettext_lazy("A sitting was ended by a person"),
    "session.decided": gettext_lazy("A person decided on a sitting"),
    "session.reopened": gettext_lazy("A decision on a sitting was opened again"),
    "flag.raised": gettext_lazy("A moment was pointed out"),
    "flag.closed": gettext_lazy("A moment that was pointed out has ended"),
    "flag.reviewed": gettext_lazy("A person decided on a flag"),
    "recording.ready": gettext_lazy("The video of a sitting can be played"),
    "report.ready": gettext_lazy("The report of a sitting was made"),
    "export.ready": gettext_lazy("A file with all reports of an exam was made"),
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
        raise DomainError("events_missing", _("Choose at least one event."), field="events")
    return [known for known in TYPES if known in wanted]


def _meant_by(name: str) -> tuple[str, ...]:
    if name in TYPES:
        return (name,)
    if name in ALIASES:
        return ALIASES[name]
    raise DomainError(
        "event_unknown",
        _("There is no event called “%(name)s”. There are: %(names)s.")
        % {"name": name[:80], "names": ", ".join(TYPES)},
        field="events",
    )

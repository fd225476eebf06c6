"""A session's states and the one table of legal transitions."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Conflict


class SessionState(models.TextChoices):
    INVITED = "invited", gettext_lazy("Invited")
    CHECKING = "checking", gettext_lazy("Camera check")
    READY = "ready", gettext_lazy("Ready")
    RUNNING = "running", gettext_lazy("Running")
    PAUSED = "paused", gettext_lazy("Paused")
    SUBMITTED = "submitted", gettext_lazy("Submitted")
    EXPIRED = "expired", gettext_lazy("Time ran out")
    TERMINATED = "terminated", gettext_lazy("Terminated")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    SessionState.INVITED: frozenset({SessionState.CHECKING, SessionState.CANCELLED}),
    SessionState.CHECKING: frozenset({SessionState.READY, SessionState.RUNNING, SessionState.CANCELLED}),
    SessionState.READY: frozenset({SessionState.CHECKING, SessionState.RUNNING, SessionState.CANCELLED}),
    SessionState.RUNNING: frozenset(
        {SessionState.PAUSED, SessionState.SUBMITTED, SessionState.EXPIRED, SessionState.TERMINATED}
    ),
    SessionState.PAUSED: frozenset(
        {SessionState.RUNNING, SessionState.SUBMITTED, SessionState.EXPIRED, SessionState.TERMINATED}
    ),
    SessionState.SUBMITTED: frozenset(),
    SessionState.EXPIRED: frozenset(),
    SessionState.TERMINATED: frozenset(),
    SessionState.CANCELLED: frozenset(),
}

BEFORE_START = frozenset({SessionState.INVITED, SessionState.CHECKING, SessionState.READY})
UNDER_WAY = frozenset({SessionState.RUNNING, SessionState.PAUSED})
ENDED = frozenset(state for state, following in TRANSITIONS.items() if not following)


def check_transition(current: str, wanted: SessionState) -> None:
    state = SessionState(current)
    if wanted not in TRANSITIONS[state]:
        raise Conflict(
            "illegal_transition",
            _("A session that is “%(label)s” cannot become “%(label_2)s”.")
            % {"label": state.label, "label_2": wanted.label},
            field="state",
        )

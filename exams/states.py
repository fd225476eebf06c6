"""A session's states and the one table of legal transitions."""

from django.db import models

from accounts.errors import Conflict


class SessionState(models.TextChoices):
    INVITED = "invited", "Invited"
    CHECKING = "checking", "Camera check"
    READY = "ready", "Ready"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    SUBMITTED = "submitted", "Submitted"
    EXPIRED = "expired", "Time ran out"
    TERMINATED = "terminated", "Terminated"
    CANCELLED = "cancelled", "Cancelled"


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
            f"A session that is “{state.label}” cannot become “{wanted.label}”.",
            field="state",
        )

"""More time that stands in the list of candidates beside a person's name."""

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from accounts.models import User
from exams.allowing import AllowanceTerms, put_many
from exams.models import Session


class Listed(Protocol):
    """A line of the list."""

    @property
    def external_id(self) -> str: ...

    @property
    def extra_minutes(self) -> int: ...


def grant_listed(
    *, sessions: Sequence[Session], rows: Sequence[Listed], actor: User | None
) -> dict[str, int]:
    """Within the caller's transaction; how many have more time, for the audit entry of the list."""
    minutes = {row.external_id.strip(): row.extra_minutes for row in rows if row.extra_minutes}
    wanted = [
        (session.candidate, AllowanceTerms(extra_minutes=minutes[external_id], reason=_("From the list.")))
        for session in sessions
        if (external_id := session.candidate.external_id) in minutes
    ]
    if not wanted:
        return {}
    put_many(exam=sessions[0].exam, wanted=wanted, actor=actor, batch=None)
    return {"with_more_time": len(wanted)}

"""Numbers are given in the order of time, so what stands around a number bounds the time it can have.

The final replay moves whatever follows a number in time up to it. A number that was left out, and sent later
with a later time, would carry all that came between to that moment, and its flags away.
"""

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from exams.models import Session
from proctoring.models import Observation

# A page sets its clock by the server's anew with every connection.
RESET_MS = 5000


def newest_seq(session: Session, stream: str) -> int:
    newest = Observation.objects.filter(session=session, stream=stream).aggregate(newest=Max("seq"))
    return newest["newest"] or 0


def latest_by_number(session: Session, stream: str, seq: int, newest: int, server_ms: int) -> int:
    """The latest time for a record of this number: the server’s, or the earliest of a higher number."""
    if seq > newest:
        return server_ms
    behind = Observation.objects.filter(session=session, stream=stream, seq__gt=seq)
    found: int | None = behind.aggregate(found=Min("t_ms"))["found"]
    return server_ms if found is None else min(server_ms, found)


def check_fits(session: Session, stream: str, seq: int, t_ms: int) -> None:
    """Refuses a time that the records around the number speak against."""
    around = Observation.objects.filter(session=session, stream=stream).aggregate(
        before=Max("t_ms", filter=Q(seq__lt=seq)), behind=Min("t_ms", filter=Q(seq__gt=seq))
    )
    before, behind = around["before"], around["behind"]
    if (before is not None and t_ms < before - RESET_MS) or (behind is not None and t_ms > behind + RESET_MS):
        raise DomainError(
            "out_of_order", _("The number of this picture and its time do not fit together."), field="t_ms"
        )

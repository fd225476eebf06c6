"""When a sitting was paused: nobody is watched then, whatever comes of that time later."""

from analysis.risk.log import PAUSED, RESUMED, parse_record
from exams.models import Session
from proctoring.models import Observation
from proctoring.results import paused_spans

# A pause that still goes on.
_WITHOUT_END_MS = 2**53


def pauses_of(session: Session) -> list[tuple[int, int]]:
    """Half-open spans of the session's clock, from the server's own records."""
    rows = Observation.objects.filter(session=session, stream="server", record__ev__in=[PAUSED, RESUMED])
    records = rows.order_by("seq").values_list("record", flat=True)
    return paused_spans((parse_record(record) for record in records), _WITHOUT_END_MS)

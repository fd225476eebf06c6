"""The server's own words in the log."""

from collections.abc import Mapping

from django.db.models import Max

from analysis.risk.log import Record
from exams.models import Session
from proctoring.models import Observation


def remark(*, session: Session, event: str, t_ms: int, detail: Mapping[str, str | int]) -> Observation | None:
    """Said once for each event and detail; the caller holds the risk's lock."""
    remarks = Observation.objects.filter(session=session, stream="server")
    if remarks.filter(record__ev=event, record__detail=dict(detail)).exists():
        return None
    seq = (remarks.aggregate(newest=Max("seq"))["newest"] or 0) + 1
    record = Record("server", seq, t_ms, event=event, detail=dict(detail))
    return Observation.objects.create(
        session=session,
        stream="server",
        seq=seq,
        t_ms=t_ms,
        record=record.to_json(),
        is_late=session.has_ended,
    )

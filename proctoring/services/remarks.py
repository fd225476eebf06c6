"""The server's own words in the log."""

from collections.abc import Mapping

from django.db.models import Count, Max, Q
from django.utils import timezone

from analysis.risk.log import PAUSED, RESUMED, Record
from exams.models import Session
from proctoring.models import Observation, RiskState
from proctoring.services.folding import fold_ready, newest_waiting_ms


def remark(*, session: Session, event: str, t_ms: int, detail: Mapping[str, str | int]) -> Observation | None:
    """Said once for each event and detail; the caller holds the risk's lock."""
    alike = Q(record__ev=event, record__detail=dict(detail))
    known = Observation.objects.filter(session=session, stream="server").aggregate(
        newest=Max("seq"), said=Count("id", filter=alike)
    )
    if known["said"]:
        return None
    seq = (known["newest"] or 0) + 1
    record = Record("server", seq, t_ms, event=event, detail=dict(detail))
    return Observation.objects.create(
        session=session,
        stream="server",
        seq=seq,
        t_ms=t_ms,
        record=record.to_json(),
        is_late=session.has_ended,
    )


def remark_now(
    risk: RiskState, session: Session, event: str, detail: Mapping[str, str | int]
) -> Observation | None:
    """What somebody does while a sitting is under way, at this moment of it; the fold goes on from there."""
    t_ms = session.elapsed_ms(timezone.now()) or 0
    if event in (PAUSED, RESUMED):
        # A browser's clock may be ahead; what it sent before must not lie in the pause or after it.
        t_ms = max(t_ms, risk.last_t_ms + 1, newest_waiting_ms(session) + 1)
    said = remark(session=session, event=event, t_ms=t_ms, detail=detail)
    risk.last_t_ms = max(risk.last_t_ms, t_ms)
    fold_ready(risk=risk, session=session, changed=["last_t_ms"])
    return said

"""A picture taken without a line, which came later: stored where it belongs, counted in the final replay."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, DomainError
from analysis.observations import Scalar
from analysis.risk.conditions import evaluate
from analysis.risk.log import Record
from exams.models import Session
from proctoring import parking
from proctoring.models import Flag, Observation, RiskState
from proctoring.pauses import pauses_of
from proctoring.rooms import LATE_FOR, check_took_frames
from proctoring.services import covering, evidence, following, recording
from proctoring.services.event_rules import LARGEST_JUMP
from proctoring.services.ordering import check_fits
from proctoring.services.recording import SampleRecorded
from proctoring.services.risk import ensure_risk, lock_risk, policy_of

if TYPE_CHECKING:
    from analysis.observations import Observation as Seen

# Its evidence may lie this far from the moment of a flag.
NEAR_MS = 2000


@transaction.atomic
def record_late(
    *,
    session_id: uuid.UUID,
    seq: int,
    t_ms: int,
    seen: "Seen",
    gaze: Mapping[str, Scalar] | None = None,
    now: datetime | None = None,
) -> SampleRecorded:
    """Commit one late picture, once, under the number and the time that it got when it was taken."""
    now = now or timezone.now()
    sitting = Session.objects.select_related("exam")
    ensure_risk(sitting.get(id=session_id))
    risk = lock_risk(session_id)
    session = sitting.get(id=session_id)
    known = Observation.objects.filter(session=session, stream="video", seq=seq).first()
    if known is not None:
        return SampleRecorded(known, new=False)
    check_took_frames(session, t_ms=t_ms, now=now)
    _check_not_paused(session, t_ms)
    if seq > risk.last_video_seq + LARGEST_JUMP:
        raise DomainError("gap_too_large", _("This number lies too far ahead of what is known."), field="seq")
    check_fits(session, "video", seq, t_ms)
    signals = following.late_signals(session_id=session_id, seen=seen, gaze=gaze)
    observation = Observation.objects.create(
        session=session,
        stream="video",
        seq=seq,
        t_ms=t_ms,
        record=Record("video", seq, t_ms, values=signals).to_json(),
        is_late=True,
    )
    risk.save(update_fields=covering.count_recorded(risk, session, observation, now))
    _show_beside_flags(session, observation)
    if _may_be_pointed_at(risk, signals):
        parking.hold(session_id, seq, life_s=_seconds_to_the_replay(session, now))
    if session.has_ended:
        recording.count_late(session)
    return SampleRecorded(observation, new=True)


def _may_be_pointed_at(risk: RiskState, signals: Mapping[str, Scalar]) -> bool:
    """Whether any rule would look up at this picture; whether it lasts is for the replay to say."""
    whens = (rule.when for rule in policy_of(risk).rules)
    return any(when is not None and evaluate(when, signals) for when in whens)


def _seconds_to_the_replay(session: Session, now: datetime) -> int:
    left_ms = 0 if session.has_ended else session.remaining_ms(now) or 0
    return left_ms // 1000 + 2 * int(LATE_FOR.total_seconds())


def _check_not_paused(session: Session, t_ms: int) -> None:
    """The room could not know of a pause that began without a line; nobody is watched in one."""
    if any(since_ms <= t_ms < until_ms for since_ms, until_ms in pauses_of(session)):
        raise Conflict("paused", _("The exam was paused then; this picture is not kept."))


def _show_beside_flags(session: Session, observation: Observation) -> None:
    """A flag of those moments may have no picture yet, or one from further away."""
    at_ms = observation.t_ms
    around: dict[str, Any] = {"since_ms__lte": at_ms + NEAR_MS}
    lasting = Q(end_ms__gte=at_ms - NEAR_MS) | Q(end_ms=None, is_open=True)
    for flag in Flag.objects.filter(lasting, session=session, **around):
        evidence.want(flag_id=str(flag.id), stream=flag.stream, seq=flag.seq)

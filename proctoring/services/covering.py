"""Which seconds of a sitting were really seen: counted with each frame, in the risk row."""

from datetime import datetime

from exams.models import Session
from proctoring.models import Observation, RiskState


def count_recorded(risk: RiskState, session: Session, observation: Observation, now: datetime) -> list[str]:
    """Counts a frame in the row, and names the fields that are to be saved."""
    second = observation.t_ms // 1000
    newest = risk.newest_covered_second
    # Only a frame from before the newest second has to be looked for.
    is_ahead = newest is None or second > newest
    risk.covered_seconds += is_ahead or (second != newest and not _is_covered(session, observation))
    risk.newest_covered_second = second if newest is None else max(newest, second)
    risk.frames_recorded += 1
    risk.last_video_seq = max(risk.last_video_seq, observation.seq)
    risk.last_seen_at = now
    return [
        *("covered_seconds", "newest_covered_second"),
        *("frames_recorded", "last_video_seq", "last_seen_at"),
    ]


def _is_covered(session: Session, observation: Observation) -> bool:
    """Whether another frame shows the same second."""
    second_ms = observation.t_ms // 1000 * 1000
    same_second = Observation.objects.filter(
        session=session, stream="video", t_ms__gte=second_ms, t_ms__lt=second_ms + 1000
    )
    return same_second.exclude(id=observation.id).exists()

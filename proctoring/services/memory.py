"""What the caches hold of a sitting: forgotten at once, where it would go by itself within minutes."""

from exams.models import Session
from proctoring import parking, screens, voice_memory
from proctoring.models import RiskState


def forget_in_memory(*, session: Session) -> None:
    """Frames, screens and voices of the sitting leave every cache."""
    risk = RiskState.objects.filter(session=session).first()
    parking.forget(session.id, risk.last_video_seq if risk else 0)
    screens.forget(session.id)
    voice_memory.forget(session.id)

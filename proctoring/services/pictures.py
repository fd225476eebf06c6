"""What is kept of pictures while a session is followed, and forgotten at its end."""

from exams.models import Session
from proctoring.models import PictureSignature, SignalState


def forget_pictures(*, session: Session) -> None:
    """The signals are in the log; what they were made from is needed no more."""
    PictureSignature.objects.filter(session=session).delete()
    SignalState.objects.filter(session=session).delete()

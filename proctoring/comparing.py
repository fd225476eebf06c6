"""How far a sitting's face was compared with its camera check: read for the session page and the report."""

from datetime import UTC

from django.utils.translation import gettext as _

from exams.models import Session
from proctoring.face_words import Comparing, comparing_words
from proctoring.models import FaceCheck, Observation


def identity_words(session: Session) -> str:
    """One line for people; empty where the exam compares no faces."""
    if not (session.watched.watch_webcam and session.watched.watch_identity):
        return ""
    check = FaceCheck.objects.filter(session=session).first()
    looks = Observation.objects.filter(
        session=session, stream="objects", record__v__has_key="identity_score"
    ).values_list("record__v__identity_score", flat=True)
    scores = list(looks)
    words = comparing_words(
        Comparing(
            outcome=check.outcome if check else "",
            reason=check.reason if check else "",
            looks=len(scores),
            clear_looks=sum(score is not None for score in scores),
            ended=session.has_ended,
        )
    )
    return f"{words} {deletion_words(check)}".strip()


def deletion_words(check: FaceCheck | None) -> str:
    """When the numbers of the face went; nothing where none were kept, or while they still are."""
    if check is None or check.template_deleted_at is None:
        return ""
    at = check.template_deleted_at.astimezone(UTC)
    return _("The numbers of the face were deleted on %(day)s (UTC).") % {"day": f"{at:%Y-%m-%d, %H:%M}"}

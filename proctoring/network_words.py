"""What a report says of a sitting's network: pictures that came later, and changes of the device."""

from django.utils.translation import ngettext

from exams.models import Session
from proctoring.models import Observation
from proctoring.services.presence import DEVICE_CHANGED


def network_notes(session: Session) -> tuple[str, ...]:
    """Nothing where the line held and the device stayed."""
    return tuple(note for note in (_late(session), _moved(session)) if note)


def _late(session: Session) -> str:
    count = Observation.objects.filter(session=session, stream="video", is_late=True).count()
    if count == 0:
        return ""
    return ngettext(
        "%(count)s picture came later, as after a lost connection; it is counted. When it was taken is what "
        "the candidate’s computer says.",
        "%(count)s pictures came later, as after a lost connection; they are counted. When they were taken "
        "is what the candidate’s computer says.",
        count,
    ) % {"count": count}


def _moved(session: Session) -> str:
    count = Observation.objects.filter(session=session, stream="server", record__ev=DEVICE_CHANGED).count()
    if count == 0:
        return ""
    return ngettext(
        "The candidate continued on another device or in another browser once.",
        "The candidate continued on another device or in another browser %(count)s times.",
        count,
    ) % {"count": count}

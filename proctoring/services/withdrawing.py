"""A candidate takes their agreement back: nothing more is collected from that moment on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from exams import services as exams
from exams.holds import is_held
from exams.models import Consent, Session
from exams.states import UNDER_WAY, SessionState
from proctoring import voice_memory
from proctoring.models import IdCard
from proctoring.services.id_cards import forget_pictures_of
from proctoring.services.pictures import forget_pictures
from proctoring.services.sitting import end_session
from proctoring.services.templates import forget_template


@transaction.atomic
def withdraw_consent(*, session: Session, ip: str = "") -> Session:
    """Doing it twice changes nothing. A sitting under way ends; one at the check may agree anew.

    What was collected until then is kept as promised: the candidate may ask that it is erased.
    """
    actor = f"candidate:{session.candidate_id}"
    if session.state in UNDER_WAY:
        reason = _("The candidate took their agreement back.")
        session = end_session(session=session, to=SessionState.TERMINATED, reason=reason, actor=actor, ip=ip)
    session = exams.lock(session)
    given = Consent.objects.filter(session=session, withdrawn_at__isnull=True)
    if given.update(withdrawn_at=timezone.now()):
        _forget_check(session)
        audit.record(actor=actor, action="consent.withdrawn", subject=f"session:{session.id}", ip=ip)
    return session


def _forget_check(session: Session) -> None:
    """Where no exam followed there is nothing to compare anybody with."""
    forget_template(session=session, reason="withdrawn")
    forget_pictures(session=session)
    voice_memory.forget(session.id)
    card = IdCard.objects.filter(session=session).first()
    if card is not None and session.started_at is None and not is_held(session):
        forget_pictures_of(card=card, reason="withdrawn")

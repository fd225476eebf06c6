"""Who may see a candidate live: asked before a picture flows; that they did is in the audit log."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.errors import Conflict, Forbidden, NotFound
from accounts.models import Membership, User
from accounts.roles import Action, may
from exams.models import Consent, Exam, Session
from proctoring.models import RiskState
from proctoring.rooms import TAKES_FRAMES

_NO_SUCH = gettext_lazy("There is no such session here.")
BEGUN, ENDED = "session.live_watch_begun", "session.live_watch_ended"


@dataclass(frozen=True, slots=True)
class LiveWatch:
    """Where the candidate's page is, and which of its streams the exam watches."""

    session_id: uuid.UUID
    exam_id: uuid.UUID
    room_channel: str
    streams: tuple[str, ...]


def check_may_watch(*, person_id: uuid.UUID | str) -> None:
    """Watching live is felt by the candidate: who may only read does not."""
    membership = Membership.objects.filter(user_id=person_id, user__is_active=True).first()
    if membership is None or not may(membership.role, Action.INTERVENE):
        raise Forbidden("not_allowed", _("Your role reads; it does not watch candidates live."))


def find_live_room(
    *, person_id: uuid.UUID | str, session_id: str, exam_id: str | None, page_id: str | None
) -> LiveWatch:
    """The room of a candidate who may be watched now, or why not; on the wall of the exam or the page."""
    check_may_watch(person_id=person_id)
    session = _session(session_id)
    if str(session.exam_id) != exam_id and str(session.id) != page_id:
        # What is told of a session elsewhere, such as its pause, would not be heard.
        raise NotFound("not_found", str(_NO_SUCH))
    _check_watchable(session)
    risk = RiskState.objects.filter(session=session).first()
    if risk is None or not risk.is_online(timezone.now()):
        raise Conflict("offline", _("The candidate’s page is not connected. Video begins when it is."))
    return LiveWatch(session.id, session.exam_id, risk.online_channels[-1], streams_of(session.watched))


def streams_of(exam: Exam) -> tuple[str, ...]:
    wanted = (("camera", exam.watch_webcam), ("screen", exam.watch_screen))
    return tuple(name for name, watched in wanted if watched)


@transaction.atomic
def note_watch_begun(*, session_id: uuid.UUID, person_id: uuid.UUID) -> None:
    audit.record(actor=audit.actor_of(User(id=person_id)), action=BEGUN, subject=f"session:{session_id}")


@transaction.atomic
def note_watch_ended(*, session_id: uuid.UUID, person_id: uuid.UUID, seconds: int, why: str) -> None:
    audit.record(
        actor=audit.actor_of(User(id=person_id)),
        action=ENDED,
        subject=f"session:{session_id}",
        detail={"seconds": seconds, "why": why},
    )


def _session(session_id: str) -> Session:
    try:
        return Session.objects.select_related("exam").get(id=uuid.UUID(session_id))
    except (ValueError, Session.DoesNotExist):
        raise NotFound("not_found", str(_NO_SUCH)) from None


def _check_watchable(session: Session) -> None:
    """The same that lets a picture be taken: agreed to, under way, not in a pause."""
    if session.has_ended:
        raise Conflict("ended", _("This sitting is over; nobody is seen any more."))
    if session.state not in TAKES_FRAMES:
        raise Conflict("not_now", _("Nobody is watched now; video begins when the sitting goes on."))
    if not Consent.objects.filter(session=session, withdrawn_at__isnull=True).exists():
        raise Conflict("not_now", _("The candidate has not accepted the notice yet."))
    if not streams_of(session.watched):
        raise Conflict("not_watched", _("This exam watches neither camera nor screen."))

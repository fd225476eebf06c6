"""Pictures of identity cards: taken before the exam, compared by a program, decided by a person, deleted.

Nothing here keeps anybody from starting. The pictures rest encrypted in their row, so that they go with it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, sealing
from accounts.errors import Conflict, DomainError
from accounts.models import User
from accounts.retention import DataClass
from accounts.sealed_columns import SealedColumn
from accounts.sealing import SealBroken, Sealed
from exams import services as exams
from exams.holds import is_held
from exams.models import Session
from exams.promises import days_for
from exams.states import UNDER_WAY, SessionState
from jobs import services as jobs
from proctoring.card_words import open_reason
from proctoring.models import CardDecision, IdCard, Observation, RiskState
from proctoring.reasons import stated_reason
from proctoring.services.remarks import remark

if TYPE_CHECKING:
    from analysis.id_card import CardLook

Which = Literal["card", "face"]

PURPOSES: dict[Which, bytes] = {"card": b"invigil id card 1", "face": b"invigil check picture 1"}
SEALED = tuple(
    SealedColumn("proctoring.IdCard", f"{which}_sealed", f"{which}_key_id", "session_id", purpose)
    for which, purpose in PURPOSES.items()
)
UNUSED_FOR = timedelta(hours=24)
NO_REASON = gettext_lazy("Say in a few words what you saw; the report keeps it.")


@dataclass(frozen=True, slots=True)
class Taken:
    """The picture that is to be compared; `taken_at` tells it from a later one."""

    jpeg: bytes
    taken_at: datetime


@transaction.atomic
def keep_check_picture(*, session: Session, jpeg: bytes) -> IdCard | None:
    """One picture of the enrolled face, to be held beside the card; None where no card is asked for."""
    if not session.watched.wants_id_card:
        return None
    sealed = sealing.seal(jpeg, session.id, purpose=PURPOSES["face"])
    return _keep(session, face_key_id=sealed.key_id, face_sealed=sealed.content)


@transaction.atomic
def take_card(*, session: Session, jpeg: bytes) -> IdCard:
    """Keep a picture that has passed the gate, in the place of an earlier one, and order its comparison."""
    from proctoring.tasks import compare_card

    session = exams.lock(session)
    if not session.watched.wants_id_card:
        raise Conflict("no_card_asked", _("This exam does not ask for a picture of an identity card."))
    if session.state != SessionState.READY:
        raise Conflict("not_now", _("The picture is taken after the camera check and before the exam."))
    sealed = sealing.seal(jpeg, session.id, purpose=PURPOSES["card"])
    # What was found and decided was said of another picture.
    outcome = {"verdict": "", "problem": "", "score": None}
    decided = {"decision": "", "reason": "", "decided_by": None, "decided_at": None}
    card = _keep(
        session,
        card_key_id=sealed.key_id,
        card_sealed=sealed.content,
        taken_at=timezone.now(),
        **outcome,
        **decided,
    )
    audit.record(
        actor=f"candidate:{session.candidate_id}", action="id_card.taken", subject=f"session:{session.id}"
    )
    transaction.on_commit(lambda: compare_card.delay(str(session.id)), robust=True)
    return card


def taken_card(session_id: uuid.UUID) -> Taken | None:
    """The newest picture, to be compared; None where there is none or it cannot be opened."""
    card = IdCard.objects.filter(session_id=session_id).first()
    jpeg = open_picture(card, "card") if card else None
    return Taken(jpeg, card.taken_at) if card and jpeg and card.taken_at else None


@transaction.atomic
def record_comparison(*, session_id: uuid.UUID, taken_at: datetime, look: "CardLook") -> bool:
    """Store what was found on the picture of that moment; whether it is still the newest."""
    newest = IdCard.objects.filter(session_id=session_id, taken_at=taken_at)
    found = {"verdict": look.verdict, "problem": look.problem or "", "score": look.score}
    return newest.update(**found) == 1


@transaction.atomic
def remark_on_card(*, session: Session) -> Observation | None:
    """At the start: a card that a person should look at becomes a word in the log, without points."""
    if not session.watched.wants_id_card:
        return None
    card = IdCard.objects.filter(session=session).first()
    taken = card is not None and card.taken_at is not None
    reason = open_reason(
        taken=taken, verdict=card.verdict if card else "", problem=card.problem if card else ""
    )
    if not reason:
        return None
    return remark(session=session, event="id_card_open", t_ms=0, detail={"reason": reason})


@transaction.atomic
def show_picture(*, card: IdCard, which: Which, actor: User, ip: str = "") -> bytes | None:
    """A picture for a person's eyes: every look is audited. None where it is deleted or cannot be opened."""
    jpeg = open_picture(card, which)
    if jpeg is not None:
        audit.record(
            actor=audit.actor_of(actor),
            action="id_card.seen",
            subject=f"session:{card.session_id}",
            ip=ip,
            detail={"picture": which},
        )
    return jpeg


@transaction.atomic
def decide_card(*, card: IdCard, decision: str, reason: str, actor: User, ip: str = "") -> IdCard:
    """A person's word; with it the pictures go, unless the exam keeps them."""
    if decision not in CardDecision.values:
        raise DomainError("decision_unknown", _("Choose a decision from the list."), field="decision")
    reason = stated_reason(reason, missing=str(NO_REASON))
    card = IdCard.objects.select_for_update(of=("self",)).select_related("session__exam").get(id=card.id)
    before = card.decision
    card.decision, card.reason = decision, reason
    card.decided_by, card.decided_at = actor, timezone.now()
    card.save()
    audit.record(
        actor=audit.actor_of(actor),
        action="id_card.decided",
        subject=f"session:{card.session_id}",
        ip=ip,
        detail={"decision": decision, "reason": reason, "before": before},
    )
    if not card.session.exam.keep_id_card and not is_held(card.session):
        forget_pictures_of(card=card, reason="decided")
    if RiskState.objects.filter(session_id=card.session_id, final__isnull=False).exists():
        jobs.enqueue("reports.render", session=str(card.session_id))
    return card


@transaction.atomic
def forget_old_card(*, session: Session) -> bool:
    """What the job does: a day after the check, and after the exam's end, whether the pictures went."""
    card = IdCard.objects.select_for_update(of=("self",)).filter(session=session).first()
    if card is None or (card.card_sealed is None and card.face_sealed is None):
        return False
    now = timezone.now()
    if session.state in UNDER_WAY:
        _ask_again(session, now + UNUSED_FOR)
        return False
    if session.started_at is None or session.ended_at is None:
        return forget_pictures_of(card=card, reason="unused")
    if session.exam.keep_id_card:
        return False
    due_at = session.ended_at + timedelta(days=days_for(session)[DataClass.ID_CARD])
    if now < due_at:
        _ask_again(session, due_at)
        return False
    if is_held(session):
        # The purge deletes it when the hold is released.
        return False
    return forget_pictures_of(card=card, reason="nobody_decided")


@transaction.atomic
def forget_pictures_of(*, card: IdCard, reason: str) -> bool:
    """Delete both pictures for good; what was found and decided stays with the session."""
    if card.card_sealed is None and card.face_sealed is None:
        return False
    card.card_sealed, card.face_sealed, card.deleted_at = None, None, timezone.now()
    card.card_key_id = card.face_key_id = ""
    card.save(update_fields=["card_sealed", "face_sealed", "deleted_at", "card_key_id", "face_key_id"])
    audit.record(
        actor="system",
        action="id_card.deleted",
        subject=f"session:{card.session_id}",
        detail={"reason": reason},
    )
    return True


def open_picture(card: IdCard, which: Which) -> bytes | None:
    key_id, content = (
        (card.card_key_id, card.card_sealed) if which == "card" else (card.face_key_id, card.face_sealed)
    )
    if content is None:
        return None
    try:
        return sealing.unseal(Sealed(key_id, bytes(content)), card.session_id, purpose=PURPOSES[which])
    except SealBroken:
        return None


def _keep(session: Session, **values: Any) -> IdCard:
    """Pictures that come after earlier ones were deleted need a day of their own."""
    kept = Q(card_sealed__isnull=False) | Q(face_sealed__isnull=False)
    is_first = not IdCard.objects.filter(kept, session=session).exists()
    card, _created = IdCard.objects.update_or_create(session=session, defaults={**values, "deleted_at": None})
    if is_first:
        _ask_again(session, timezone.now() + UNUSED_FOR)
    return card


def _ask_again(session: Session, due_at: datetime) -> None:
    jobs.enqueue("proctoring.forget_card", due_at=due_at, session=str(session.id))

"""Face templates: kept encrypted from the camera check to the end of the sitting, and not a moment longer."""

import json
import logging
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts import audit
from exams.models import Session
from exams.states import UNDER_WAY
from jobs import services as jobs
from proctoring.models import FaceCheck, FaceTemplate
from proctoring.sealing import SealBroken, Sealed, seal, unseal

if TYPE_CHECKING:
    from analysis.identity import Template

logger = logging.getLogger(__name__)

UNUSED_FOR = timedelta(hours=24)


@transaction.atomic
def keep_template(*, session: Session, template: "Template") -> FaceTemplate:
    """Encrypt and store; one that no exam follows is deleted after a day."""
    sealed = seal(json.dumps(template.to_json()).encode(), session.id)
    kept, _created = FaceTemplate.objects.update_or_create(
        session=session, defaults={"key_id": sealed.key_id, "sealed": sealed.content}
    )
    FaceCheck.objects.filter(session=session).update(template_deleted_at=None)
    audit.record(actor="system", action="face_template.kept", subject=f"session:{session.id}")
    jobs.enqueue("proctoring.forget_face", due_at=timezone.now() + UNUSED_FOR, session=str(session.id))
    return kept


@transaction.atomic
def forget_template(*, session: Session, reason: str) -> bool:
    """Delete for good; whether there was one."""
    deleted, _rows = FaceTemplate.objects.filter(session=session).delete()
    if not deleted:
        return False
    FaceCheck.objects.filter(session=session).update(template_deleted_at=timezone.now())
    audit.record(
        actor="system",
        action="face_template.deleted",
        subject=f"session:{session.id}",
        detail={"reason": reason},
    )
    return True


@transaction.atomic
def forget_unused_template(*, session: Session) -> bool:
    """A day after the camera check: gone, unless the exam is being sat right now."""
    if session.state in UNDER_WAY:
        jobs.enqueue("proctoring.forget_face", due_at=timezone.now() + UNUSED_FOR, session=str(session.id))
        return False
    return forget_template(session=session, reason="unused")


def template_of(session_id: uuid.UUID) -> "Template | None":
    """None where there is none, or where it cannot be read; then who sits there stays unknown."""
    from analysis.identity import Template

    kept = FaceTemplate.objects.filter(session_id=session_id).first()
    if kept is None:
        return None
    try:
        content = unseal(Sealed(kept.key_id, bytes(kept.sealed)), session_id)
        return Template.from_json(json.loads(content))
    except (SealBroken, ValueError) as reason:
        logger.error("the face template of session %s cannot be used: %s", session_id, reason)
        return None

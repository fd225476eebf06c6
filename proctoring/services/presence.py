"""Who is online. Being offline is presence, not a state: the exam's clock goes on."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.tenancy import unscoped
from exams.models import Session
from proctoring import hints, live
from proctoring.models import Observation, RiskState
from proctoring.services.cameras import note_camera
from proctoring.services.folding import fold_ready
from proctoring.services.remarks import remark
from proctoring.services.risk import lock_or_make_risk

DEVICE_CHANGED = "device_changed"


@transaction.atomic
def note_entered(*, session: Session, channel: str, device: dict[str, Any]) -> RiskState:
    """The newest socket holds the session; those before it are told to go."""
    risk = lock_or_make_risk(session)
    risk.online_channels = [channel]
    risk.last_seen_at = timezone.now()
    risk.save(update_fields=["online_channels", "last_seen_at"])
    if not session.has_ended:
        session.device_info = {**session.device_info, **device}
        session.save(update_fields=["device_info"])
        note_camera(session=session)
    _tell_after_commit(session, online=True)
    return risk


@transaction.atomic
def note_left(*, session_id: uuid.UUID, channel: str) -> None:
    """Only the socket that holds the session can leave it empty."""
    risk = RiskState.objects.select_for_update().filter(session_id=session_id).first()
    if risk is None or channel not in risk.online_channels:
        return
    risk.online_channels = [other for other in risk.online_channels if other != channel]
    risk.last_seen_at = timezone.now()
    risk.save(update_fields=["online_channels", "last_seen_at"])
    _tell_after_commit(Session.objects.get(id=session_id), online=bool(risk.online_channels))


@transaction.atomic
def note_moved(*, session: Session, at_ms: int) -> Observation | None:
    """Another device holds the session since then; said once, however often the job runs."""
    risk = lock_or_make_risk(session)
    said = remark(session=session, event=DEVICE_CHANGED, t_ms=at_ms, detail={"at_ms": at_ms})
    if said is not None and not session.has_ended:
        risk.last_t_ms = max(risk.last_t_ms, at_ms)
        risk.save(update_fields=["last_t_ms"])
        fold_ready(risk=risk, session=session)
    if said is not None:
        transaction.on_commit(lambda: hints.state_changed(session), robust=True)
    return said


def holds(*, session_id: uuid.UUID, channel: str) -> bool:
    risk = RiskState.objects.filter(session_id=session_id).first()
    return risk is not None and channel in risk.online_channels


@transaction.atomic
def note_seen(*, session_ids: Iterable[uuid.UUID]) -> int:
    """Their sockets live; a row that somebody else is writing says so already, or is told the next time."""
    with unscoped("the sockets of one process belong to several institutions"):
        free = RiskState.objects.select_for_update(no_key=True, skip_locked=True)
        rows = free.filter(session__in=session_ids).order_by("session_id").values_list("id", flat=True)
        return RiskState.objects.filter(id__in=list(rows)).update(last_seen_at=timezone.now())


def _tell_after_commit(session: Session, *, online: bool) -> None:
    transaction.on_commit(
        lambda: live.tell_console(
            exam_id=session.exam_id, session_id=session.id, kind="presence", online=online
        ),
        robust=True,
    )

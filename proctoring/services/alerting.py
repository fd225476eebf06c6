"""Mails about critical flags, where the institution wants them: gathered, and few for one session.

The order is a job's row, written with the flag; what the mail tells is read when it is sent.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts import audit
from accounts.errors import Unavailable
from accounts.models import Institution, Membership
from accounts.tenancy import current_institution_id
from exams.models import Session
from jobs import services as jobs
from jobs.models import Job, JobState
from proctoring.models import Flag, RiskState
from proctoring.services.risk import lock_risk

logger = logging.getLogger(__name__)
KIND = "proctoring.alert"
CRITICAL = "critical"
# What comes within this time goes into one mail, and so long there is no second one.
GATHERED = timedelta(seconds=20)
PAUSE = timedelta(minutes=5)
MOST_FLAGS = 20


@dataclass(frozen=True, slots=True)
class Alert:
    """What one mail tells: the flags, up to which moment they were raised, and who is told."""

    session: Session
    flags: tuple[Flag, ...]
    until: datetime
    recipients: tuple[str, ...]


def order_alert(*, risk: RiskState, session: Session) -> None:
    """In the transaction that raises the flag, which holds the risk's lock."""
    if not _roles():
        return
    payload = {"session": str(session.id)}
    if Job.objects.filter(kind=KIND, payload=payload, state=JobState.WAITING).exists():
        return
    jobs.enqueue(KIND, due_at=_due_at(risk, timezone.now() + GATHERED), **payload)


def send_alert(*, session: Session) -> int:
    """Mail what was raised since the last mail; how many were sent. A mail that fails is tried again."""
    alert = _read(session)
    if alert is None or not alert.flags or not alert.recipients:
        return 0
    messages = [_message(alert, address) for address in alert.recipients]
    try:
        get_connection().send_messages(messages)
    except Unavailable:
        # Nobody can be told on this server, now or later.
        logger.warning("critical flags were not mailed: this server sends no mail")
        return 0
    _note_sent(alert)
    return len(messages)


@transaction.atomic
def _read(session: Session) -> Alert | None:
    """Under the lock: whoever raises a flag after this finds a job that has begun, and orders the next."""
    risk, now = lock_risk(session.id), timezone.now()
    due_at = _due_at(risk, now)
    if due_at > now:
        jobs.enqueue(KIND, due_at=due_at, session=str(session.id))
        return None
    raised = Flag.objects.filter(session=session, severity=CRITICAL).exclude(in_final=False)
    if risk.alerted_at is not None:
        raised = raised.filter(created_at__gt=risk.alerted_at)
    people = Membership.objects.filter(role__in=_roles(), user__is_active=True)
    addresses = people.order_by("user__email").values_list("user__email", flat=True)
    return Alert(session, tuple(raised.order_by("t_ms", "rule")), now, tuple(addresses))


@transaction.atomic
def _note_sent(alert: Alert) -> None:
    RiskState.objects.filter(session=alert.session).update(alerted_at=alert.until)
    audit.record(
        actor="system",
        action="session.alert_mailed",
        subject=f"session:{alert.session.id}",
        detail={"flags": len(alert.flags), "people": len(alert.recipients)},
    )


def _message(alert: Alert, address: str) -> EmailMessage:
    """One person each: nobody learns who else is told. No picture, and no name of the candidate."""
    session, count = alert.session, len(alert.flags)
    content = {
        "exam": session.exam.title,
        "candidate": session.candidate.external_id,
        "flags": alert.flags[:MOST_FLAGS],
        "link": settings.PUBLIC_URL + reverse("proctoring:session", args=[session.id]),
    }
    with translation.override(_institution().locale):
        subject = ngettext("%(count)s critical flag: %(exam)s", "%(count)s critical flags: %(exam)s", count)
        words = subject % {"count": count, "exam": session.exam.title}
        body = render_to_string("proctoring/email/critical_flags.txt", content)
    return EmailMessage(subject=" ".join(words.split()), body=body, to=[address])


def _due_at(risk: RiskState, soonest: datetime) -> datetime:
    return max(soonest, risk.alerted_at + PAUSE) if risk.alerted_at else soonest


def _roles() -> list[str]:
    return list(_institution().alert_roles)


def _institution() -> Institution:
    return Institution.objects.get(id=current_institution_id())

"""A person's decision on a flag: the only thing that decides anything."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.errors import DomainError
from accounts.models import User
from jobs import services as jobs
from proctoring.models import Decision, Flag, RiskState, Verdict
from webhooks import outbox

LONGEST_REASON = 2000


@transaction.atomic
def give_verdict(*, flag: Flag, decision: str, reason: str, actor: User, ip: str = "") -> Verdict:
    """Record or change the verdict on a flag; a report that is made already is made again with it."""
    decision = _known_decision(decision)
    reason = _stated_reason(reason)
    flag = Flag.objects.select_for_update(of=("self",)).get(id=flag.id)
    earlier = Verdict.objects.filter(flag=flag).first()
    if earlier and (earlier.decision, earlier.reason, earlier.decided_by_id) == (decision, reason, actor.id):
        return earlier
    verdict, _created = Verdict.objects.update_or_create(
        flag=flag,
        defaults={
            "decision": decision,
            "reason": reason,
            "decided_by": actor,
            "decided_at": timezone.now(),
        },
    )
    audit.record(
        actor=audit.actor_of(actor),
        action="flag.reviewed",
        subject=f"flag:{flag.id}",
        ip=ip,
        detail={"decision": decision, "reason": reason, "before": earlier.decision if earlier else None},
    )
    outbox.publish("flag.reviewed", flag=str(flag.id), session=str(flag.session_id), decision=decision)
    if RiskState.objects.filter(session_id=flag.session_id, final__isnull=False).exists():
        jobs.enqueue("reports.render", session=str(flag.session_id))
    return verdict


def _known_decision(decision: str) -> str:
    if decision not in Decision.values:
        raise DomainError("decision_unknown", "Choose a decision from the list.", field="decision")
    return decision


def _stated_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise DomainError(
            "reason_missing", "Say in a few words why you decided so; the report shows it.", field="reason"
        )
    if len(reason) > LONGEST_REASON:
        raise DomainError(
            "reason_too_long",
            f"The reason has {len(reason)} characters; {LONGEST_REASON} are allowed.",
            field="reason",
        )
    if any(ord(letter) < 32 and letter not in "\r\n\t" for letter in reason):
        raise DomainError("reason_invalid", "The reason holds signs that cannot be shown.", field="reason")
    return reason

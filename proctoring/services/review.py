"""A person's decision on a flag: the only thing that decides anything."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.errors import DomainError
from accounts.models import User
from jobs import services as jobs
from proctoring.models import Decision, Flag, RiskState, Verdict
from proctoring.reasons import stated_reason
from webhooks import outbox

NO_REASON = "Say in a few words why you decided so; the report shows it."


@transaction.atomic
def give_verdict(*, flag: Flag, decision: str, reason: str, actor: User, ip: str = "") -> Verdict:
    """Record or change the verdict on a flag; a report that is made already is made again with it."""
    decision = _known_decision(decision)
    reason = stated_reason(reason, missing=NO_REASON)
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

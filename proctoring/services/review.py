"""Verdicts on flags, the only thing that decides anything: given, changed, taken back, and all of it kept."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.errors import Conflict, DomainError, NotFound
from accounts.models import User
from exams.models import Session
from proctoring.models import Decision, Flag, PastVerdict, Verdict
from proctoring.reasons import stated_reason
from proctoring.services.reviewing import hold_review, order_report
from webhooks import outbox

NO_REASON = gettext_lazy("Say in a few words why you decided so; the report shows it.")


@dataclass(frozen=True, slots=True)
class Act:
    """One decision of one person, on one flag or on several at once."""

    decision: str
    reason: str
    actor: User
    ip: str
    at: datetime

    def is_that_of(self, verdict: Verdict) -> bool:
        return (verdict.decision, verdict.reason, verdict.decided_by_id) == (
            self.decision,
            self.reason,
            self.actor.id,
        )


@transaction.atomic
def give_verdict(*, flag: Flag, decision: str, reason: str, actor: User, ip: str = "") -> Verdict:
    """Record or change the verdict on a flag; a report that is made already is made again with it."""
    verdicts = give_verdicts(
        session=flag.session, flag_ids=[flag.id], decision=decision, reason=reason, actor=actor, ip=ip
    )
    return verdicts[0]


@transaction.atomic
def give_verdicts(
    *,
    session: Session,
    flag_ids: Iterable[uuid.UUID],
    decision: str,
    reason: str,
    actor: User,
    ip: str = "",
) -> list[Verdict]:
    """One verdict on flags of a sitting; whoever decides has the sitting in review from then on."""
    act = Act(
        decision=_known_decision(decision),
        reason=stated_reason(reason, missing=str(NO_REASON)),
        actor=actor,
        ip=ip,
        at=timezone.now(),
    )
    hold_review(session=session, actor=actor, ip=ip)
    flags = _lock_flags(session, flag_ids)
    earlier = {verdict.flag_id: verdict for verdict in Verdict.objects.filter(flag__in=flags)}
    changed = [flag for flag in flags if flag.id not in earlier or not act.is_that_of(earlier[flag.id])]
    given = [_give(flag, earlier.get(flag.id), act) for flag in changed]
    if given:
        _tell(session, changed, decision=act.decision)
    same = [earlier[flag.id] for flag in flags if flag not in changed]
    return [*given, *same]


@transaction.atomic
def dismiss_rule(*, session: Session, rule: str, reason: str, actor: User, ip: str = "") -> list[Verdict]:
    """Call every undecided flag of a rule technical trouble; what somebody has decided stays."""
    waiting = Flag.objects.filter(session=session, rule=rule, verdict__isnull=True).exclude(in_final=False)
    flag_ids = list(waiting.values_list("id", flat=True))
    if not flag_ids:
        raise Conflict("nothing_waits", _("Every flag of this rule has been decided on already."))
    return give_verdicts(
        session=session,
        flag_ids=flag_ids,
        decision=Decision.TECHNICAL,
        reason=reason,
        actor=actor,
        ip=ip,
    )


@transaction.atomic
def take_back_verdicts(*, session: Session, actor: User, ip: str = "") -> list[uuid.UUID]:
    """Undo one's own last decision in a sitting: its flags get back what they had before, or nothing."""
    hold_review(session=session, actor=actor, ip=ip)
    own = Verdict.objects.filter(flag__session=session, decided_by=actor)
    last = own.order_by("-decided_at").first()
    if last is None:
        raise Conflict("nothing_to_undo", _("You have decided on no flag of this sitting."))
    flags = _lock_flags(session, own.filter(decided_at=last.decided_at).values_list("flag_id", flat=True))
    at = timezone.now()
    for flag in flags:
        _take_back(flag, actor=actor, ip=ip, at=at)
    _tell(session, flags, decision=None)
    return [flag.id for flag in flags]


def _lock_flags(session: Session, flag_ids: Iterable[uuid.UUID]) -> list[Flag]:
    """In one order, so that two people cannot wait for each other."""
    wanted = set(flag_ids)
    if not wanted:
        raise DomainError("flags_missing", _("Choose at least one flag."), field="flags")
    flags = Flag.objects.select_for_update(of=("self",)).filter(session=session, id__in=wanted)
    found = list(flags.order_by("id"))
    if len(found) < len(wanted):
        raise NotFound("flag_unknown", _("This sitting has no such flag."))
    return found


def _give(flag: Flag, earlier: Verdict | None, act: Act) -> Verdict:
    if earlier is not None:
        _keep(earlier, replaced_by=act.actor, at=act.at)
    verdict, _created = Verdict.objects.update_or_create(
        flag=flag,
        defaults={
            "decision": act.decision,
            "reason": act.reason,
            "decided_by": act.actor,
            "decided_at": act.at,
        },
    )
    audit.record(
        actor=audit.actor_of(act.actor),
        action="flag.reviewed",
        subject=f"flag:{flag.id}",
        ip=act.ip,
        detail={
            "decision": act.decision,
            "reason": act.reason,
            "before": earlier.decision if earlier else None,
        },
    )
    return verdict


def _take_back(flag: Flag, *, actor: User, ip: str, at: datetime) -> None:
    verdict = Verdict.objects.get(flag=flag)
    # What a decision replaced was put aside at the very moment of that decision.
    before = PastVerdict.objects.filter(flag=flag, replaced_at=verdict.decided_at).first()
    _keep(verdict, replaced_by=actor, at=at, was_taken_back=True)
    taken_back = verdict.decision
    if before is None:
        verdict.delete()
    else:
        for field in ("decision", "reason", "decided_by_id", "decided_at"):
            setattr(verdict, field, getattr(before, field))
        verdict.save()
    audit.record(
        actor=audit.actor_of(actor),
        action="flag.verdict_taken_back",
        subject=f"flag:{flag.id}",
        ip=ip,
        detail={"decision": taken_back, "again": before.decision if before else None},
    )


def _keep(verdict: Verdict, *, replaced_by: User, at: datetime, was_taken_back: bool = False) -> None:
    PastVerdict.objects.create(
        flag_id=verdict.flag_id,
        decision=verdict.decision,
        reason=verdict.reason,
        decided_by_id=verdict.decided_by_id,
        decided_at=verdict.decided_at,
        replaced_by=replaced_by,
        replaced_at=at,
        was_taken_back=was_taken_back,
    )


def _tell(session: Session, flags: list[Flag], *, decision: str | None) -> None:
    """`decision` is None for one that was taken back: whoever hears it asks what the flag has now."""
    outbox.publish_all(
        "flag.reviewed",
        [{"flag": str(flag.id), "session": str(session.id), "decision": decision} for flag in flags],
    )
    order_report(session)


def _known_decision(decision: str) -> str:
    if decision not in Decision.values:
        raise DomainError("decision_unknown", _("Choose a decision from the list."), field="decision")
    return decision

"""Allowances where sittings may have begun: the rows, and what they change at once, in one transaction."""

import uuid
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction

from accounts.models import User
from exams import allowing
from exams.allowing import AllowanceTerms, TimeGiven
from exams.models import Allowance, Candidate, Exam, Session
from proctoring import hints
from proctoring.models import Observation, RiskState
from proctoring.services.intervening import tell_candidate
from proctoring.services.remarks import remark_now
from proctoring.services.risk import lock_or_make_risk
from proctoring.told import EXTENDED


@transaction.atomic
def grant_allowance(
    *, candidate: Candidate, exam: Exam | None, terms: AllowanceTerms, actor: User | None, ip: str = ""
) -> Allowance:
    """More time counts at once; what is left out or judged more patiently from the next start on."""
    begun = _lock([candidate.id], exam)
    allowance = allowing.grant(candidate=candidate, exam=exam, terms=terms, actor=actor, ip=ip)
    _settle(begun)
    return allowance


@transaction.atomic
def grant_to_many(
    *,
    candidates: Sequence[Candidate],
    exam: Exam | None,
    terms: AllowanceTerms,
    actor: User | None,
    ip: str = "",
) -> uuid.UUID:
    """The same for all of them or for nobody; the number undoes it."""
    begun = _lock([candidate.id for candidate in candidates], exam)
    batch = allowing.grant_many(candidates=candidates, exam=exam, terms=terms, actor=actor, ip=ip)
    _settle(begun)
    return batch


@transaction.atomic
def withdraw_allowance(*, allowance: Allowance, actor: User | None, ip: str = "") -> Allowance:
    """A sitting under way keeps the time it was given; what was off at the consent stays off."""
    begun = _lock([allowance.candidate_id], allowance.exam)
    allowance = allowing.withdraw(allowance=allowance, actor=actor, ip=ip)
    _settle(begun)
    return allowance


@transaction.atomic
def undo_batch(*, batch: uuid.UUID, actor: User | None, ip: str = "") -> list[Allowance]:
    """What it took the place of counts again."""
    held = Allowance.objects.filter(batch=batch, ended_at__isnull=True).select_related("exam")
    first = held.first()
    begun = _lock(list(held.values_list("candidate_id", flat=True)), first.exam) if first else {}
    ended = allowing.undo(batch=batch, actor=actor, ip=ip)
    _settle(begun)
    return ended


def _lock(candidate_ids: Iterable[uuid.UUID], exam: Exam | None) -> dict[uuid.UUID, RiskState]:
    """The risk rows of the sittings that have begun, before the sessions', in one order."""
    return {
        session.id: lock_or_make_risk(session) for session in allowing.sessions_touched(candidate_ids, exam)
    }


def _settle(begun: dict[uuid.UUID, RiskState]) -> None:
    for given in allowing.settle(sessions=list(Session.objects.filter(id__in=begun))):
        if given.minutes:
            _remark(begun[given.session.id], given)
        transaction.on_commit(partial(hints.state_changed, given.session), robust=True)


def _remark(risk: RiskState, given: TimeGiven) -> None:
    said = Observation.objects.filter(session=given.session, stream="server", record__ev=EXTENDED).count()
    remarked = remark_now(risk, given.session, EXTENDED, {"minutes": given.minutes, "number": said + 1})
    if remarked is not None and given.minutes > 0:
        tell_candidate(given.session, remarked)

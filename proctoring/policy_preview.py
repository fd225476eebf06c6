"""What a changed policy would have said about a past sitting: its whole log replayed under both."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.errors import Conflict
from analysis.risk.flags import Flag
from analysis.risk.log import parse_record
from analysis.risk.policy import Policy, parse_policy, with_sensitivity
from analysis.risk.result import Result, replay
from exams.models import Session
from proctoring.models import Observation, RiskState
from proctoring.words import RECOMMENDATIONS

SESSIONS_OFFERED = 50
MOVED_WITHIN_MS = 60_000


@dataclass(frozen=True, slots=True)
class FlagDifference:
    """A flag that only one of the two policies raises."""

    label: str
    severity: str
    since_ms: int
    t_ms: int


@dataclass(frozen=True, slots=True)
class FlagMove:
    """A flag that both policies raise, at another moment; `since_ms` or `t_ms` differs."""

    label: str
    severity: str
    before_ms: int
    after_ms: int


@dataclass(frozen=True, slots=True)
class Outcome:
    score_milli: int
    integrity_milli: int
    recommendation: str
    flags: int


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """`kept` flags are raised at the same moment by the same rule under both."""

    session: Session
    before_name: str
    before: Outcome
    after: Outcome
    gained: tuple[FlagDifference, ...]
    lost: tuple[FlagDifference, ...]
    moved: tuple[FlagMove, ...]
    kept: int


def past_sessions() -> QuerySet[Session]:
    """The newest sittings with a final result."""
    ended = Session.objects.filter(risk__final__isnull=False).select_related("exam", "candidate")
    return ended.order_by("-ended_at")[:SESSIONS_OFFERED]


def preview(session: Session, policy: Policy) -> PolicyPreview:
    """Of an ended session; its own result is made anew too, so that both know the same records."""
    risk = RiskState.objects.filter(session=session).first()
    if risk is None or risk.final is None or session.ended_at is None:
        raise Conflict("result_unfinished", _("Choose a sitting that has ended and has its result."))
    own = parse_policy(risk.policy)
    rows = Observation.objects.filter(session=session).values_list("record", flat=True)
    records = [parse_record(row) for row in rows.iterator()]
    end_ms = session.elapsed_ms(session.ended_at)
    before = replay(records, own, str(session.id), end_ms)
    after = replay(records, with_sensitivity(policy, own.sensitivity), str(session.id), end_ms)
    pairs = _paired(before.flags, after.flags)
    moved = tuple(_move(old, new, policy) for old, new in pairs if old.t_ms != new.t_ms)
    return PolicyPreview(
        session=session,
        before_name=risk.policy_name,
        before=_outcome(before),
        after=_outcome(after),
        gained=_only(after.flags, {id(new) for _old, new in pairs}, policy),
        lost=_only(before.flags, {id(old) for old, _new in pairs}, own),
        moved=moved,
        kept=len(pairs) - len(moved),
    )


def _paired(before: Sequence[Flag], after: Sequence[Flag]) -> list[tuple[Flag, Flag]]:
    """Flags of one rule that begin at the same moment; of the others the nearest within a minute."""
    left = list(after)
    pairs: list[tuple[Flag, Flag]] = []
    for within_ms in (0, MOVED_WITHIN_MS):
        for old in before:
            if any(old is paired for paired, _new in pairs):
                continue
            near = [
                new for new in left if new.rule == old.rule and abs(new.since_ms - old.since_ms) <= within_ms
            ]
            if near:
                nearest = min(near, key=partial(_distance_ms, old))
                left = [new for new in left if new is not nearest]
                pairs.append((old, nearest))
    return pairs


def _distance_ms(old: Flag, new: Flag) -> tuple[int, int]:
    return abs(new.since_ms - old.since_ms), new.t_ms


def _move(old: Flag, new: Flag, policy: Policy) -> FlagMove:
    return FlagMove(policy.rule(new.rule).label, new.severity, old.t_ms, new.t_ms)


def _only(flags: Sequence[Flag], paired: set[int], policy: Policy) -> tuple[FlagDifference, ...]:
    return tuple(
        FlagDifference(policy.rule(flag.rule).label, flag.severity, flag.since_ms, flag.t_ms)
        for flag in flags
        if id(flag) not in paired
    )


def _outcome(result: Result) -> Outcome:
    code = result.report.recommendation
    return Outcome(
        score_milli=result.score_milli,
        integrity_milli=result.report.integrity_milli,
        recommendation=RECOMMENDATIONS.get(code, (code, ""))[0],
        flags=len(result.flags),
    )

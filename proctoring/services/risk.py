"""The row that holds a session's fold: how it comes to be, and its lock."""

import json
import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.errors import Conflict
from analysis.risk import fold
from analysis.risk.adjusting import adjusted
from analysis.risk.library import DEFAULT_POLICY, load_policy
from analysis.risk.policy import Policy, PolicyError, parse_policy, with_sensitivity
from exams import services as exams
from exams.adjustments import adjustments_of
from exams.models import Session
from exams.policies import find_policy
from proctoring.models import RiskState

MOST_KNOWN = 64
_policies: dict[str, Policy] = {}


def ensure_risk(session: Session) -> RiskState:
    """The session's row; before the start it follows the default policy and only knows who is online."""
    known = RiskState.objects.filter(session=session).first()
    if known is not None:
        return known
    # Reading a policy costs as much as all else that a short request does.
    policy = load_policy(DEFAULT_POLICY)
    risk, _created = RiskState.objects.get_or_create(
        session=session, defaults={"institution_id": session.institution_id, **_fields_for(policy, session)}
    )
    return risk


def lock_risk(session_id: uuid.UUID | str) -> RiskState:
    """The row's lock serialises everything that touches the session's log."""
    # The policies are most of the row, and `policy_of` knows nearly all of them by their hash.
    return _locking().get(session_id=session_id)


def lock_free_risks(session_ids: Iterable[uuid.UUID]) -> list[RiskState]:
    """Those rows that nobody else holds this moment."""
    free = RiskState.objects.select_for_update(skip_locked=True).defer("policy", "base_policy")
    return list(free.filter(session__in=session_ids).order_by("session_id"))


def lock_or_make_risk(session: Session) -> RiskState:
    """`lock_risk`, of a session that may have no row yet."""
    known = _locking().filter(session=session).first()
    if known is not None:
        return known
    ensure_risk(session)
    return lock_risk(session.id)


def lock_sitting(session: Session) -> tuple[RiskState, Session]:
    """The risk row before the session's, everywhere: two locks in one order cannot wait for each other."""
    return lock_or_make_risk(session), exams.lock(session)


def begin_risk(session: Session) -> RiskState:
    """The clock starts: the exam's policy as it is now, adjusted to the person, counts until the end."""
    risk = lock_or_make_risk(session)
    base = exam_policy(session)
    policy = adjusted(base, adjustments_of(session).detection)
    is_adjusted = policy.sha256 != base.sha256
    fields = {
        **_fields_for(policy, session),
        "base_policy": json.loads(base.source) if is_adjusted else None,
    }
    for name, value in fields.items():
        setattr(risk, name, value)
    risk.save(update_fields=list(fields))
    return risk


def exam_policy(session: Session) -> Policy:
    """The exam's policy; once anybody has begun it, as it was then, so that all sit under the same rules."""
    try:
        policy = _begun_policy(session) or find_policy(session.exam.risk_policy)
        return with_sensitivity(policy, session.exam.sensitivity)
    except PolicyError as error:
        raise Conflict(
            "policy_unusable",
            _("The risk policy of this exam cannot be used (%(error)s). Ask your examiner.")
            % {"error": error},
            field="risk_policy",
        ) from error


def _begun_policy(session: Session) -> Policy | None:
    """Of the exam's first sitting under the policy that it names now; None where nobody has begun."""
    begun = RiskState.objects.filter(
        session__exam=session.exam,
        session__started_at__isnull=False,
        policy_name=session.exam.risk_policy,
    )
    first = begun.exclude(session=session).order_by("session__started_at", "session_id").first()
    return base_of(first) if first is not None else None


def policy_of(risk: RiskState) -> Policy:
    """The policy of a sitting; one that is known by its hash is neither read again nor parsed."""
    known = _policies.get(risk.policy_sha256)
    if known is not None:
        return known
    policy = parse_policy(risk.policy)
    assert policy.sha256 == risk.policy_sha256
    if len(_policies) >= MOST_KNOWN:
        _policies.pop(next(iter(_policies)), None)
    _policies[policy.sha256] = policy
    return policy


def base_of(risk: RiskState) -> Policy:
    """The exam's policy, from which that of this sitting was made."""
    return policy_of(risk) if risk.base_policy is None else parse_policy(risk.base_policy)


def _locking() -> QuerySet[RiskState]:
    return RiskState.objects.select_for_update().defer("policy", "base_policy")


def _fields_for(policy: Policy, session: Session) -> dict[str, object]:
    return {
        "policy_name": policy.name,
        "policy": json.loads(policy.source),
        "policy_sha256": policy.sha256,
        "fold": fold.initial_state(policy, str(session.id)).to_json(),
    }

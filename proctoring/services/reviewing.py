"""The review of a sitting: who has it, what a person decides in the end, and how that is opened again."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import audit
from accounts.errors import Conflict, DomainError
from accounts.models import User
from exams.models import Session
from jobs import services as jobs
from proctoring.models import Flag, Outcome, Review, ReviewState, RiskState
from proctoring.reasons import stated_reason
from webhooks import outbox

NO_REASON = gettext_lazy("Say in a few words why you decided so; the report shows it.")
NO_REASON_TO_REOPEN = gettext_lazy("Say why the decision is opened again; the audit log keeps it.")
LATE_FLAGS = gettext_lazy("Records that arrived late brought flags that nobody has seen.")


@transaction.atomic
def claim_review(*, session: Session, actor: User, take_over: bool = False, ip: str = "") -> Review:
    """Have a sitting in review, so that nobody does the same; `take_over` takes it from whoever has it."""
    _refuse_unfinished(session)
    review = lock_review(session)
    _refuse_decided(review)
    if review.reviewer_id == actor.id:
        return review
    if review.reviewer is not None and not take_over:
        raise _in_review_elsewhere(review)
    return _claim(review, actor, ip)


@transaction.atomic
def release_review(*, session: Session, actor: User, ip: str = "") -> Review:
    """Give a sitting back to the queue; its verdicts stay."""
    review = lock_review(session)
    _refuse_decided(review)
    if review.reviewer_id != actor.id:
        raise Conflict("not_yours", _("You do not have this sitting in review."))
    review.state, review.reviewer, review.taken_at = ReviewState.UNREVIEWED, None, None
    review.save()
    _record(review, "review.released", actor=actor, ip=ip)
    return review


@transaction.atomic
def decide_session(*, session: Session, outcome: str, reason: str, actor: User, ip: str = "") -> Review:
    """A person's decision on a sitting; only after every flag of the final result has one."""
    if outcome not in Outcome.values:
        raise DomainError(
            "recommendation_unknown", _("Choose a recommendation from the list."), field="recommendation"
        )
    reason = stated_reason(reason, missing=str(NO_REASON))
    # Held against a replay of late data, which may bring flags that nobody has seen.
    risk = RiskState.objects.select_for_update().filter(session=session).first()
    review = _held_for_decision(session, actor, ip)
    if review.state == ReviewState.DECIDED:
        if (review.outcome, review.reason, review.decided_by_id) == (outcome, reason, actor.id):
            return review
        _refuse_decided(review)
    _refuse_unreviewed(session, risk)
    review.state, review.outcome, review.reason = ReviewState.DECIDED, outcome, reason
    review.decided_by, review.decided_at = actor, timezone.now()
    review.reviewer, review.taken_at = None, None
    review.save()
    _record(review, "session.decided", actor=actor, ip=ip, recommendation=outcome, reason=reason)
    outbox.publish(
        "session.decided", session=str(session.id), exam=str(session.exam_id), recommendation=outcome
    )
    order_report(session)
    return review


@transaction.atomic
def reopen_session(*, session: Session, reason: str, actor: User, ip: str = "") -> Review:
    """Open a decision again; whoever does so has the sitting in review."""
    reason = stated_reason(reason, missing=str(NO_REASON_TO_REOPEN))
    review = lock_review(session)
    if review.state != ReviewState.DECIDED:
        raise Conflict("not_decided", _("Nobody has decided on this sitting yet."))
    return _reopen(review, reviewer=actor, reason=reason, ip=ip)


def lock_decision(session_id: uuid.UUID | str) -> Review | None:
    """The review of a sitting that is decided, locked before its flags are written."""
    decided = Review.objects.filter(session_id=session_id, state=ReviewState.DECIDED)
    return decided.select_for_update(of=("self",)).select_related("session").first()


def reopen_for_new_flags(*, review: Review) -> Review:
    """A decision does not cover flags that came after it."""
    if not unreviewed_flags(review.session):
        return review
    return _reopen(review, reviewer=None, reason=str(LATE_FLAGS), ip="")


def hold_review(*, session: Session, actor: User, ip: str = "") -> Review | None:
    """Whoever decides on a flag of an ended sitting has it in review; None while it is under way."""
    if not session.has_ended:
        return None
    review = lock_review(session)
    _refuse_decided(review)
    if review.reviewer_id == actor.id:
        return review
    if review.reviewer is not None:
        raise _in_review_elsewhere(review)
    return _claim(review, actor, ip)


def lock_review(session: Session) -> Review:
    """Before the flags' locks, after that of the risk row: one order everywhere."""
    Review.objects.get_or_create(session=session)
    return Review.objects.select_for_update(of=("self",)).select_related("reviewer").get(session=session)


def order_report(session: Session) -> None:
    """A report that there is already says what is decided now."""
    if RiskState.objects.filter(session=session, final__isnull=False).exists():
        jobs.enqueue_once("reports.render", session=str(session.id))


def unreviewed_flags(session: Session) -> int:
    """How many flags nobody has decided on, of those that the final replay knows."""
    return Flag.objects.filter(session=session, verdict__isnull=True).exclude(in_final=False).count()


def _held_for_decision(session: Session, actor: User, ip: str) -> Review:
    _refuse_unfinished(session)
    review = lock_review(session)
    if review.state == ReviewState.DECIDED or review.reviewer_id == actor.id:
        return review
    if review.reviewer is not None:
        raise _in_review_elsewhere(review)
    return _claim(review, actor, ip)


def _claim(review: Review, actor: User, ip: str) -> Review:
    before = str(review.reviewer) if review.reviewer else None
    review.state, review.reviewer, review.taken_at = ReviewState.IN_REVIEW, actor, timezone.now()
    review.save()
    _record(review, "review.claimed", actor=actor, ip=ip, **({"from": before} if before else {}))
    return review


def _reopen(review: Review, *, reviewer: User | None, reason: str, ip: str) -> Review:
    decided = {"recommendation": review.outcome, "decided": review.reason}
    review.state = ReviewState.IN_REVIEW if reviewer else ReviewState.UNREVIEWED
    review.reviewer, review.taken_at = reviewer, timezone.now() if reviewer else None
    review.outcome, review.reason, review.decided_by, review.decided_at = "", "", None, None
    review.save()
    _record(review, "session.reopened", actor=reviewer, ip=ip, reason=reason, **decided)
    session = review.session
    outbox.publish("session.reopened", session=str(session.id), exam=str(session.exam_id))
    order_report(session)
    return review


def _record(review: Review, action: str, *, actor: User | None, ip: str, **detail: str) -> None:
    audit.record(
        actor=audit.actor_of(actor),
        action=action,
        subject=f"session:{review.session_id}",
        ip=ip,
        detail=detail,
    )


def _in_review_elsewhere(review: Review) -> Conflict:
    return Conflict(
        "in_review_elsewhere",
        _("%(person)s has this sitting in review. Take it over first, or choose another.")
        % {"person": review.reviewer},
    )


def _refuse_decided(review: Review) -> None:
    if review.state == ReviewState.DECIDED:
        raise Conflict(
            "session_decided", _("This sitting is decided. Open it again to change anything about it.")
        )


def _refuse_unfinished(session: Session) -> None:
    if not session.has_ended or session.started_at is None:
        raise Conflict("not_ended", _("A sitting is reviewed when it has ended."))


def _refuse_unreviewed(session: Session, risk: RiskState | None) -> None:
    if risk is None or risk.final is None:
        raise Conflict(
            "result_unfinished", _("The final result of this sitting is still computed. Wait a moment.")
        )
    waiting = unreviewed_flags(session)
    if waiting:
        words = ngettext(
            "%(count)s flag is not decided on. Decide on it first.",
            "%(count)s flags are not decided on. Decide on them first.",
            waiting,
        )
        raise Conflict("flags_unreviewed", words % {"count": waiting})

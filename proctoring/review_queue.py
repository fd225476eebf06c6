"""Which sitting is reviewed next, why it stands there, and how long all of them take."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from exams.models import Session
from exams.states import ENDED
from proctoring.models import Flag, Review, ReviewState, Verdict
from proctoring.moments import bundled
from proctoring.queries import SEVERITIES, unusualness_of

# Without enough verdicts of its own an institution is told this; with them, what its people really take.
DEFAULT_PACE_MS = 30_000
GAPS_NEEDED, GAPS_READ = 20, 1_000
LONGEST_GAP = timedelta(minutes=10)
# What is not known stands in the middle: neither first nor last.
UNKNOWN = 0.5
UNUSUAL_FROM = 0.8

WAITING = "waiting"
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`state` is `waiting` (not decided) or one of `ReviewState`; `reviewer` a person's id or `nobody`."""

    exam_id: uuid.UUID | None = None
    state: str = WAITING
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class WaitingFlag:
    id: uuid.UUID
    session_id: uuid.UUID
    severity: str
    confidence: float | None
    since_ms: int
    t_ms: int
    end_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A sitting in the queue; `confidence` 0 to 100 of the worst flag that waits, None where not known."""

    session_id: uuid.UUID
    exam_id: uuid.UUID
    exam_title: str
    candidate: str
    external_id: str
    ended_at: datetime
    state: ReviewState
    reviewer_id: uuid.UUID | None
    reviewer: str
    decided_by: str
    decided_at: datetime | None
    outcome: str
    waiting_flags: int
    waiting_moments: int
    severity: str
    confidence: float | None
    unusual_share: float | None
    expected_ms: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it stands where it stands, in words."""
        if self.state == ReviewState.DECIDED:
            return ()
        return tuple(filter(None, (self._of_flags(), self._of_unusualness())))

    def _of_flags(self) -> str:
        if not self.severity:
            return _("No flag waits; only the decision is missing.")
        words = {
            "critical": _("A critical flag waits."),
            "warning": _("A warning waits."),
            "info": _("Only flags for information wait."),
        }[self.severity]
        if self.confidence is None:
            return words
        sure = _("People confirm %(confidence)s of 100 such flags.")
        return f"{words} {sure % {'confidence': round(self.confidence)}}"

    def _of_unusualness(self) -> str:
        if self.unusual_share is None or self.unusual_share < UNUSUAL_FROM:
            return ""
        words = _("More unusual than %(share)s %% of the sittings it is compared with.")
        return words % {"share": round(self.unusual_share * 100)}


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a person takes for a moment; measured from `samples` decisions, or stated."""

    per_moment_ms: int
    samples: int

    @property
    def is_measured(self) -> bool:
        return self.samples > 0


@dataclass(frozen=True, slots=True)
class Queue:
    """Sittings in the order in which they are best reviewed; `decided` of `total` in these exams are done."""

    rows: tuple[QueueRow, ...]
    decided: int
    total: int
    pace: Pace

    @property
    def expected_ms(self) -> int:
        return sum(row.expected_ms for row in self.rows)


def review_queue(wanted: QueueFilter) -> Queue:
    sittings = reviewable_sessions()
    if wanted.exam_id is not None:
        sittings = sittings.filter(exam_id=wanted.exam_id)
    total, decided = sittings.count(), sittings.filter(review__state=ReviewState.DECIDED).count()
    listed = _listed(sittings, wanted)
    pace = review_pace()
    flags = _waiting_flags(listed)
    # The fold and its result are large, and nothing of them is told here.
    shown = listed.select_related(
        "exam", "candidate", "unusualness", "review__reviewer", "review__decided_by"
    )
    rows = [_row(session, flags.get(session.id, ()), pace) for session in shown]
    return Queue(tuple(sorted(rows, key=_place)), decided, total, pace)


def reviewable_sessions() -> QuerySet[Session]:
    """Sittings that have ended and have their final result."""
    return Session.objects.filter(
        state__in=ENDED, started_at__isnull=False, ended_at__isnull=False, risk__final__isnull=False
    )


def next_in_queue(*, after: uuid.UUID | None, reader_id: uuid.UUID) -> QueueRow | None:
    """The first sitting besides `after` that nobody else has in review."""
    free = (
        row
        for row in review_queue(QueueFilter()).rows
        if row.session_id != after and row.reviewer_id in (None, reader_id)
    )
    return next(free, None)


def review_pace() -> Pace:
    """The median time between one decision and the next of the same person, pauses left out."""
    acts: dict[uuid.UUID, list[datetime]] = {}
    given = Verdict.objects.filter(decided_by__isnull=False).order_by("-decided_at")
    for person, at in given.values_list("decided_by_id", "decided_at").distinct()[:GAPS_READ]:
        acts.setdefault(person, []).append(at)
    gaps = [
        later - earlier
        for moments in acts.values()
        for later, earlier in pairwise(moments)
        if later - earlier <= LONGEST_GAP
    ]
    if len(gaps) < GAPS_NEEDED:
        return Pace(DEFAULT_PACE_MS, 0)
    return Pace(round(median(gap / timedelta(milliseconds=1) for gap in gaps)), len(gaps))


def _listed(sittings: QuerySet[Session], wanted: QueueFilter) -> QuerySet[Session]:
    if wanted.state == WAITING:
        sittings = sittings.exclude(review__state=ReviewState.DECIDED)
    elif wanted.state == ReviewState.UNREVIEWED:
        sittings = sittings.filter(Q(review__isnull=True) | Q(review__state=ReviewState.UNREVIEWED))
    else:
        sittings = sittings.filter(review__state=wanted.state)
    if wanted.reviewer == NOBODY:
        return sittings.filter(review__reviewer__isnull=True)
    if wanted.reviewer:
        own = Q(review__reviewer_id=wanted.reviewer) | Q(review__decided_by_id=wanted.reviewer)
        return sittings.filter(own)
    return sittings


def _waiting_flags(sittings: QuerySet[Session]) -> dict[uuid.UUID, list[WaitingFlag]]:
    found: dict[uuid.UUID, list[WaitingFlag]] = {}
    rows = Flag.objects.filter(session__in=sittings.values("id"), verdict__isnull=True)
    fields = ("id", "session_id", "severity", "confidence", "since_ms", "t_ms", "end_ms")
    for values in rows.exclude(in_final=False).order_by().values_list(*fields).iterator():
        flag = WaitingFlag(*values)
        found.setdefault(flag.session_id, []).append(flag)
    return found


def _row(session: Session, flags: Sequence[WaitingFlag], pace: Pace) -> QueueRow:
    review: Review | None = getattr(session, "review", None)
    unusualness = unusualness_of(session)
    moments = len(bundled(flags))
    severity = min((flag.severity for flag in flags), key=SEVERITIES.index, default="")
    state = ReviewState(review.state) if review else ReviewState.UNREVIEWED
    assert session.ended_at is not None
    return QueueRow(
        session_id=session.id,
        exam_id=session.exam_id,
        exam_title=session.exam.title,
        candidate=session.candidate.name,
        external_id=session.candidate.external_id,
        ended_at=session.ended_at,
        state=state,
        reviewer_id=review.reviewer_id if review else None,
        reviewer=str(review.reviewer) if review and review.reviewer else "",
        decided_by=str(review.decided_by) if review and review.decided_by else "",
        decided_at=review.decided_at if review else None,
        outcome=review.outcome if review else "",
        waiting_flags=len(flags),
        waiting_moments=moments,
        severity=severity,
        confidence=_confidence(flags, severity),
        unusual_share=unusualness.above_share if unusualness else None,
        # A sitting without flags wants a look and a decision as well.
        expected_ms=0 if state == ReviewState.DECIDED else max(1, moments) * pace.per_moment_ms,
    )


def _confidence(flags: Iterable[WaitingFlag], severity: str) -> float | None:
    """The highest that is known among the worst."""
    known = (flag.confidence for flag in flags if flag.severity == severity and flag.confidence is not None)
    return max(known, default=None)


def _place(row: QueueRow) -> tuple[bool, int, float, datetime]:
    """The worst flag first; of the same, the most often confirmed and most unusual; then the oldest."""
    worst = SEVERITIES.index(row.severity) if row.severity else len(SEVERITIES)
    confidence = UNKNOWN if row.confidence is None else row.confidence / 100
    unusual = UNKNOWN if row.unusual_share is None else row.unusual_share
    return row.state == ReviewState.DECIDED, worst, -(confidence + unusual), row.ended_at

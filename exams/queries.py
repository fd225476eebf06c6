"""Reads of exams and their candidates, each in a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from exams import invitations
from exams.adjustments import live_allowances
from exams.models import Allowance, Exam, Invitation, Session
from exams.states import BEFORE_START, ENDED, UNDER_WAY, SessionState


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One line of an exam's candidate table."""

    session: Session
    invitation: Invitation | None
    link: str | None

    @property
    def is_adjusted(self) -> bool:
        """Whether an allowance changes anything for this sitting; known on an exam's own page."""
        return bool(self.session.adjustments) or getattr(self.session, "has_allowance", False)

    @property
    def can_cancel(self) -> bool:
        return self.session.state in BEFORE_START

    @property
    def can_have_link(self) -> bool:
        return not self.session.has_ended


def exams(*, search: str = "") -> QuerySet[Exam]:
    """Exams, newest first."""
    found = Exam.objects.filter(title__icontains=search) if search else Exam.objects.all()
    return found.order_by("-created_at", "id")


def exams_with_counts(*, search: str = "") -> QuerySet[Exam]:
    """Exams, newest first, each with `candidate_count`, `waiting_count`, `under_way_count`, `ended_count`."""
    return exams(search=search).annotate(
        candidate_count=Count("sessions"),
        waiting_count=Count("sessions", filter=Q(sessions__state__in=BEFORE_START)),
        under_way_count=Count("sessions", filter=Q(sessions__state__in=UNDER_WAY)),
        ended_count=Count("sessions", filter=Q(sessions__state__in=ENDED)),
    )


def sessions_of_exam(exam: Exam, *, search: str = "", state: str = "") -> QuerySet[Session]:
    """The sessions behind an exam's candidate table, by name, with the candidate and the live link loaded."""
    found = sessions_with_links().filter(exam=exam)
    if search:
        found = found.filter(
            Q(candidate__name__icontains=search)
            | Q(candidate__external_id__icontains=search)
            | Q(candidate__email__icontains=search)
        )
    if state in SessionState.values:
        found = found.filter(state=state)
    return found.annotate(has_allowance=Exists(_allowances())).order_by(
        "candidate__name", "candidate__external_id", "id"
    )


def _allowances() -> QuerySet[Allowance]:
    """Those that count for the session outside."""
    of_the_person = live_allowances(timezone.now()).filter(candidate=OuterRef("candidate"))
    return of_the_person.filter(Q(exam=OuterRef("exam")) | Q(exam__isnull=True))


def sessions_with_links() -> QuerySet[Session]:
    """Sessions with the exam, the candidate and the live link loaded: what `candidate_row` shows."""
    live_links = Prefetch(
        "invitations",
        queryset=Invitation.objects.filter(revoked_at__isnull=True),
        to_attr="live_invitations",
    )
    return Session.objects.select_related("exam", "candidate").prefetch_related(live_links)


def with_link(session: Session) -> Session:
    """The session as `sessions_with_links` loads it; one that was seated just now is whole already."""
    return session if hasattr(session, "live_invitations") else sessions_with_links().get(id=session.id)


def candidate_row(session: Session) -> CandidateRow:
    """A row from a session of `sessions_with_links`; the link is worked out, not stored."""
    live: list[Invitation] = session.live_invitations  # type: ignore[attr-defined]
    invitation = live[0] if live and not session.has_ended else None
    return CandidateRow(
        session=session,
        invitation=invitation,
        link=invitations.link_of(invitation) if invitation else None,
    )


def state_counts(exam: Exam) -> dict[SessionState, int]:
    """How many sessions of the exam are in each state that occurs."""
    counted = Session.objects.filter(exam=exam).order_by().values_list("state").annotate(Count("id"))
    return {SessionState(state): number for state, number in counted}


def seated_external_ids(exam: Exam) -> set[str]:
    return set(Session.objects.filter(exam=exam).values_list("candidate__external_id", flat=True))

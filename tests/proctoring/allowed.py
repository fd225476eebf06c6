"""Candidates with an allowance, as the product gives it to them."""

from typing import Any

from exams import allowing
from exams.allowing import AllowanceTerms
from exams.models import Exam, Session
from exams.notices import notice_of
from exams.services import give_consent
from proctoring import services
from tests.factories import make_session
from tests.proctoring.sittings import DEVICE_KEY


def make_allowed(exam: Exam, *, name: str = "Ada Allowed", **terms: Any) -> Session:
    """At the camera check, with what `terms` grant for this exam."""
    session = make_session(exam, name=name)
    wanted = AllowanceTerms(reason="The letter of a doctor.", **terms)
    allowing.grant(candidate=session.candidate, exam=exam, terms=wanted, actor=None)
    session.device_key = DEVICE_KEY
    session.save()
    give_consent(session=session, notice=notice_of(session))
    return Session.objects.select_related("exam", "candidate").get(id=session.id)


def begin(session: Session) -> Session:
    return services.start_session(session=session, device_info={}, without_baseline=True)

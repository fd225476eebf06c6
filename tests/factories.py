"""Plain functions that make rows the way the product makes them."""

import itertools
from typing import Any

from exams import services
from exams.models import Exam, Session
from exams.notices import notice_for

_numbers = itertools.count(1)


def make_exam(**changes: Any) -> Exam:
    settings = {"title": "Logic I", "duration_minutes": 60, **changes}
    return services.create_exam(settings=services.ExamSettings(**settings), actor=None)


def make_session(exam: Exam | None = None, *, name: str = "Dana Candidate") -> Session:
    details = services.CandidateDetails(external_id=f"c{next(_numbers)}", name=name, email="dana@example.com")
    return services.add_candidate(exam=exam or make_exam(), details=details, actor=None)


def make_running_session(exam: Exam | None = None, *, name: str = "Dana Candidate") -> Session:
    session = make_session(exam, name=name)
    services.give_consent(session=session, notice=notice_for(session.exam))
    session.refresh_from_db()
    return services.start(session=session, device_info={"user_agent": "test"}, without_baseline=True)

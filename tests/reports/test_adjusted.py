"""The report tells what was adjusted for a candidate, and nowhere why."""

import json

import pytest

from accounts.models import AuditEntry
from exams import allowing
from exams.allowing import AllowanceTerms
from exams.models import Session
from proctoring.services.allowing import grant_allowance
from reports.exam_export import exam_csv, exam_json
from reports.exam_rows import sittings_of
from reports.gather import content_of
from reports.json_export import report_json
from tests.reports.sittings import finish, make_sitting
from webhooks.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

WHY = "dyslexia-of-dana"


def test_the_report_says_what_and_nothing_says_why() -> None:
    session: Session = make_sitting()
    terms = AllowanceTerms(extra_minutes=15, reason=WHY)
    allowance = grant_allowance(candidate=session.candidate, exam=session.exam, terms=terms, actor=None)
    session = finish(Session.objects.select_related("exam", "candidate").get(id=session.id))

    content = content_of(session, 1)
    words = "Adjusted for this candidate: 15 minutes more."
    assert content.adjusted == words
    assert words in content.notes
    assert json.loads(report_json(content))["adjusted"] == words

    allowing.withdraw(allowance=allowance, actor=None)
    now = session.ended_at
    assert now is not None
    told = [
        report_json(content).decode(),
        b"".join(exam_csv(sittings_of(session.exam, now))).decode(),
        b"".join(exam_json(session.exam, sittings_of(session.exam, now))).decode(),
        json.dumps(list(AuditEntry.objects.values_list("detail", flat=True))),
        json.dumps(list(Event.objects.values_list("data", flat=True))),
        json.dumps(session.adjustments),
    ]
    assert [text for text in told if WHY in text] == []


def test_an_ordinary_report_tells_of_no_adjustment() -> None:
    content = content_of(finish(make_sitting()), 1)
    assert content.adjusted == ""
    assert not any("Adjusted" in note for note in content.notes)

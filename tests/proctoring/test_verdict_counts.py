"""How often people overruled each rule."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from exams.models import Session
from proctoring.models import Verdict
from proctoring.verdict_counts import ENOUGH, RuleVerdicts, verdict_counts
from tests.factories import make_exam, make_running_session
from tests.proctoring.ended import make_ended, make_flag_at

pytestmark = pytest.mark.usefixtures("scope")


def decide(session: Session, decision: str, number: int = 1, **flag: object) -> None:
    for place in range(number):
        made = make_flag_at(session, 10 * place, **flag)
        Verdict.objects.create(flag=made, decision=decision, reason="Seen.")


def test_by_rule_the_most_flags_first(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = make_ended()
    decide(session, "confirmed", 2)
    decide(session, "dismissed", 7)
    decide(session, "technical")
    decide(session, "confirmed", rule="PASTE", label="Pasted text")
    make_flag_at(session, 300, rule="PASTE", label="Pasted text")
    make_flag_at(session, 400, in_final=False)
    make_flag_at(make_running_session(), 10)

    with django_assert_num_queries(1):
        rows = verdict_counts()

    assert rows == [
        RuleVerdicts("NO_FACE", "No face seen", 2, 7, 1, 0),
        RuleVerdicts("PASTE", "Pasted text", 1, 0, 0, 1),
    ]
    assert rows[0].decided == ENOUGH
    assert (rows[0].overruled_share, rows[1].overruled_share) == (0.8, None)


def test_of_one_exam_and_of_some_time() -> None:
    exam, now = make_exam(), timezone.now()
    new, old = make_ended(exam), make_ended(name="Long ago")
    Session.objects.filter(id=old.id).update(ended_at=now - timedelta(days=30))
    decide(new, "confirmed")
    decide(old, "dismissed", 2)

    assert [row.confirmed for row in verdict_counts(exam=exam)] == [1]
    assert [row.dismissed for row in verdict_counts(until=now - timedelta(days=1))] == [2]
    assert [row.confirmed for row in verdict_counts(since=now - timedelta(days=1))] == [1]
    assert verdict_counts(since=now - timedelta(days=9), until=now - timedelta(days=8)) == []

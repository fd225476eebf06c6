"""Numbers about sittings that are over: by day, by rule, by minute, and what went wrong technically."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from exams.models import Exam, Session
from proctoring.analytics import Scope, Seen, analytics
from proctoring.heat_map import MOST_ROWS, exam_lines, heat_map
from proctoring.models import RiskState, Verdict
from proctoring.queries import SeverityCounts
from tests.factories import make_exam, make_running_session
from tests.proctoring.ended import make_ended, make_flag_at
from tests.proctoring.session_rows import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def everything(exam: Exam | None = None) -> Scope:
    return Scope(zone=UTC, exam=exam)


def ended_at(session: Session, at: datetime) -> Session:
    Session.objects.filter(id=session.id).update(started_at=at - timedelta(minutes=10), ended_at=at)
    return session


def test_nothing_yet() -> None:
    make_running_session()
    found = analytics(everything())
    assert (found.total, found.flags, found.steps, found.types) == (Seen(), SeverityCounts(), (), ())
    assert (found.total.coverage, found.trouble.offline_ms) == (None, 0)
    assert exam_lines(everything()) == []


def test_days_are_those_of_the_readers_zone() -> None:
    exam = make_exam()
    night = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    first, second = make_ended(exam), make_ended(exam)
    for session in (first, second):
        make_flag_at(ended_at(session, night), 10)
    make_flag_at(second, 20, severity="critical")
    make_flag_at(second, 30, in_final=False)
    RiskState.objects.filter(session=second).update(integrity_milli=90_000, covered_seconds=300)

    (step,) = analytics(Scope(zone=ZoneInfo("Europe/Berlin"), exam=exam)).steps
    assert (step.day, step.flags) == (date(2026, 3, 5), SeverityCounts(critical=1, warning=2))
    assert step.seen == Seen(sittings=2, integrity_milli=95_000, covered_s=900, watched_s=1200)
    assert step.seen.coverage == 0.75
    (in_utc,) = analytics(everything()).steps
    assert in_utc.day == date(2026, 3, 4)


def test_only_what_ended_in_the_time_asked_for() -> None:
    exam, now = make_exam(), timezone.now()
    make_flag_at(ended_at(make_ended(exam), now - timedelta(days=9)), 10)
    make_flag_at(ended_at(make_ended(exam), now - timedelta(days=2)), 10)
    make_flag_at(make_ended(), 10)
    scope = Scope(zone=UTC, exam=exam, since=now - timedelta(days=3), until=now - timedelta(days=1))
    found = analytics(scope)
    assert (found.total.sittings, found.flags.total) == (1, 1)
    assert [one.verdicts.undecided for one in found.types] == [1]


def test_many_days_become_weeks() -> None:
    exam, monday = make_exam(), datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
    for day in range(63):
        ended_at(make_ended(exam), monday + timedelta(days=day))
    found = analytics(everything(exam))
    assert found.weekly
    assert [step.seen.sittings for step in found.steps] == [7] * 9
    assert found.steps[0].day == date(2026, 1, 5)


def test_flag_types_say_how_severe_in_how_many_sittings_and_what_people_decided() -> None:
    exam = make_exam()
    first, second = make_ended(exam), make_ended(exam)
    flag = make_flag_at(first, 10, severity="critical")
    make_flag_at(second, 10)
    make_flag_at(second, 20)
    Verdict.objects.create(flag=flag, decision="dismissed", reason="Seen.")
    (one,) = analytics(everything(exam)).types
    assert (one.severity, one.sittings) == ("critical", 2)
    assert (one.verdicts.dismissed, one.verdicts.undecided) == (1, 2)
    assert one.verdicts.overruled_share is None


def test_technical_trouble_is_counted() -> None:
    session, other = make_ended(), make_ended()
    make_event(session, 1, 1000, "offline")
    make_event(session, 2, 61_000, "online", duration_ms=60_000)
    make_event(other, 1, 5000, "offline")
    make_event(other, 2, 6000, "online")
    make_event(other, 3, 7000, "camera_lost")
    late = make_event(other, 4, 7000, "copy")
    late.is_late = True
    late.save()
    RiskState.objects.filter(session=other).update(
        frames_recorded=500, frames_refused=3, frames_dropped=4, changed_after_late_data=True
    )
    trouble = analytics(everything()).trouble
    assert (trouble.offline, trouble.offline_sittings, trouble.offline_ms) == (2, 2, 60_000)
    assert (trouble.camera_lost, trouble.camera_lost_sittings, trouble.microphone_lost) == (1, 1, 0)
    assert (trouble.frames_recorded, trouble.frames_refused, trouble.frames_dropped) == (500, 3, 4)
    assert (trouble.late_records, trouble.changed_sittings) == (1, 1)


def test_without_a_camera_there_is_no_coverage_to_speak_of() -> None:
    seen, unseen = make_ended(), make_ended(make_exam(watch_webcam=False))
    left_out = make_ended()
    Session.objects.filter(id=left_out.id).update(adjustments={"off": ["camera", "gaze"]})
    RiskState.objects.filter(session__in=[unseen, left_out]).update(covered_seconds=0)
    assert seen.id
    total = analytics(everything()).total
    assert (total.sittings, total.covered_s, total.watched_s) == (3, 600, 600)


def test_flags_by_minute_and_by_candidate() -> None:
    exam = make_exam(duration_minutes=90)
    ada, bo = make_ended(exam, name="Ada"), make_ended(exam, name="Bo")
    for at_s in (0, 119, 120):
        make_flag_at(ada, at_s)
    make_flag_at(bo, 120)
    make_flag_at(bo, 9999)
    heat = heat_map(everything(exam), exam)
    assert (heat.step_minutes, len(heat.totals)) == (2, 46)
    assert (heat.totals[0], heat.totals[1], heat.totals[45]) == (2, 2, 1)
    assert [(row.candidate, row.total) for row in heat.rows] == [("Ada", 3), ("Bo", 2)]
    assert (heat.rows[0].counts[:2], heat.left_out) == ((2, 1), 0)


def test_exams_side_by_side() -> None:
    big, small = make_exam(title="Big"), make_exam(title="Small")
    sessions = [make_ended(big), make_ended(big), make_ended(small)]
    make_flag_at(sessions[0], 10)
    lines = exam_lines(everything())
    assert [(line.title, line.seen.sittings, line.flags) for line in lines] == [
        ("Big", 2, 1),
        ("Small", 1, 0),
    ]


def test_the_queries_do_not_grow_with_the_candidates(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    exam = make_exam()
    for number in range(MOST_ROWS + 5):
        make_flag_at(make_ended(exam, name=f"Person {number}"), number * 60)
    with django_assert_num_queries(7):
        found = analytics(everything(exam))
    with django_assert_num_queries(2):
        heat = heat_map(everything(exam), exam)
    assert found.total.sittings == MOST_ROWS + 5
    assert (len(heat.rows), heat.left_out, sum(heat.totals)) == (MOST_ROWS, 5, MOST_ROWS + 5)

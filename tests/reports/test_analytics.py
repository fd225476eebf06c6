"""The pages and files of analytics: what they show, to whom, and when there is nothing."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from exams.models import Exam, Session
from proctoring.analytics import Seen, Step
from proctoring.models import Verdict
from proctoring.queries import SeverityCounts
from reports.analytics_charts import coverage_columns, flag_columns
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.ended import make_ended, make_flag_at
from tests.proctoring.session_rows import make_event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def exam(alice: Person) -> Exam:
    """Two sittings with three flags: one was confirmed, ten of another rule dismissed."""
    with tenant_scope(alice.institution.id):
        exam = make_exam(title="=Logic I", duration_minutes=10)
        first, second = make_ended(exam, name="Ada <i>"), make_ended(exam, name="Bo")
        Session.objects.filter(exam=exam).update(started_at=NOON - timedelta(minutes=10), ended_at=NOON)
        flag = make_flag_at(first, 65, severity="critical")
        Verdict.objects.create(flag=flag, decision="confirmed", reason="Seen.")
        for place in range(10):
            pasted = make_flag_at(second, 300 + place, rule="PASTE", label="Pasted text", severity="info")
            Verdict.objects.create(flag=pasted, decision="dismissed", reason="Seen.")
        make_event(first, 1, 1000, "offline")
        make_event(first, 2, 91_000, "online", duration_ms=90_000)
        return exam


def text_of(response: Any) -> str:
    return " ".join(response.getvalue().decode().split())


def test_an_exams_page_shows_days_rules_minutes_and_trouble(bob: Person, exam: Exam) -> None:
    page = text_of(bob.client.get(f"/exams/{exam.id}/analytics/"))
    for words in (
        "4 Mar 2026",
        "Pasted text",
        "too few to tell",
        "100 %",
        "Ada &lt;i&gt;",
        "All candidates",
        "Each field is 1 minute of the sitting",
        "1 time (sittings: 1), 1:30 in all",
    ):
        assert words in page, words
    assert page.count('<rect class="bar-') == 3  # two kinds of flags and the coverage of one day


def test_the_institutions_page_lists_its_exams(bob: Person, exam: Exam) -> None:
    page = text_of(bob.client.get("/analytics/"))
    assert f'href="/exams/{exam.id}/analytics/"' in page
    assert "All candidates" not in page
    assert f'href="/exams/{exam.id}/analytics/"' in text_of(bob.client.get(f"/exams/{exam.id}/"))


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("?since=2026-03-05", 200, "No sitting ended in this time."),
        ("?since=2026-03-04&until=2026-03-04", 200, "4 Mar 2026"),
        ("?since=yesterday", 422, "Write a day as in 2030-01-31. Everything is shown below."),
        ("?since=2026-03-05&until=2026-03-04", 422, "The first day must not come after the last one."),
    ],
)
def test_a_period_is_chosen_by_days(query: str, status: int, words: str, alice: Person, exam: Exam) -> None:
    answer = alice.client.get(f"/exams/{exam.id}/analytics/{query}")
    assert (answer.status_code, words in text_of(answer)) == (status, True)


def test_without_sittings_the_page_says_what_will_be_there(
    alice: Person, charlie: Person, exam: Exam
) -> None:
    assert "Once the first sitting is over" in text_of(charlie.client.get("/analytics/"))
    assert charlie.client.get(f"/exams/{exam.id}/analytics/").status_code == 404


def test_the_table_is_streamed_and_runs_in_no_spreadsheet(alice: Person, exam: Exam) -> None:
    answer = alice.client.get("/analytics.csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[0] == ["part", "name", "measure", "value"]
    assert ["day", "2026-03-04", "critical_flags", "1"] in rows
    assert ["rule", "PASTE", "overruled_share", "1"] in rows
    assert ["technical", "", "offline_ms", "90000"] in rows
    assert ["exam", "'=Logic I", "flags", "11"] in rows
    of_exam = alice.client.get(f"/exams/{exam.id}/analytics.csv").getvalue().decode("utf-8-sig")
    assert "minute,,5,10\r\n" in of_exam
    with tenant_scope(alice.institution.id):
        kinds = list(AuditEntry.objects.filter(action="data.exported").values_list("subject", flat=True))
    assert kinds == ["analytics", f"analytics:{exam.id}"]


def test_the_numbers_as_json_are_those_of_the_api(alice: Person, exam: Exam) -> None:
    file = json.loads(alice.client.get(f"/exams/{exam.id}/analytics.json").getvalue())
    told = alice.client.get(f"/api/v1/exams/{exam.id}/analytics/").json()
    assert file == told
    assert told["total"] == {
        "sessions": 2,
        "mean_integrity_score": 100.0,
        "coverage": 1.0,
        "flags": {"critical": 1, "warning": 0, "info": 10},
    }
    assert told["minutes"]["step_minutes"] == 1
    assert told["minutes"]["flags"] == [0, 1, 0, 0, 0, 10, 0, 0, 0, 0, 0]
    assert {one["rule"]: one["overruled_share"] for one in told["rules"]} == {"PASTE": 1.0, "NO_FACE": None}


def test_the_api_takes_a_period_and_tells_of_all_exams(alice: Person, exam: Exam) -> None:
    told = alice.client.get("/api/v1/analytics/?until=2026-03-04T12:00:00Z").json()
    assert (told["total"]["sessions"], told["exams"], told["minutes"]) == (0, [], None)
    told = alice.client.get("/api/v1/analytics/?since=2026-03-04T12:00:00Z").json()
    assert [(one["title"], one["sessions"], one["flags"]) for one in told["exams"]] == [("=Logic I", 2, 11)]
    wrong = alice.client.get("/api/v1/analytics/?since=2026-03-04T12:00:00Z&until=2026-03-04T11:00:00Z")
    assert (wrong.status_code, wrong.json()["field"]) == (400, "until")
    assert alice.client.get("/api/v1/analytics.csv").getvalue().startswith(b"\xef\xbb\xbfpart,name")


def test_bars_stand_on_each_other_and_on_the_foot() -> None:
    steps = [Step(date(2026, 3, 4), Seen(1, None, 300, 600), SeverityCounts(critical=1, warning=3))]
    chart = flag_columns(steps)
    critical, warning = chart.bars
    assert (critical.kind, warning.kind) == ("critical", "warning")
    assert critical.y + critical.height == chart.foot
    assert warning.y + warning.height == critical.y
    assert [mark.text for mark in chart.values] == ["0", "2", "4"]
    (half,) = coverage_columns(steps).bars
    assert half.height == (chart.foot - 8) / 2
    assert flag_columns([]).bars == ()

"""An exam taken away as CSV and JSON: every sitting, its flags and what people decided."""

import csv
import io
import json
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from exams.models import Exam, Session
from proctoring.models import Decision, Flag, Verdict
from proctoring.services.review import give_verdict
from proctoring.services.reviewing import decide_session
from reports import exam_rows
from reports.exam_export import COLUMNS
from reports.services import make_report
from tests.conftest import Person
from tests.factories import make_session
from tests.reports.sittings import finish, make_sitting


@pytest.fixture
def sat(alice: Person) -> Session:
    """Finished, with one of its flags dismissed by Alice."""
    with tenant_scope(alice.institution.id):
        session = finish(make_sitting(name='=cmd|"/c calc", "Dana"', title="Logic I"))
        flag = Flag.objects.get(session=session, rule="NO_FACE")
        Verdict.objects.create(
            flag=flag, decision=Decision.DISMISSED, reason="A pen\nfell.", decided_by=alice.user
        )
        make_report(session=session)
        return session


@pytest.fixture
def waiting(alice: Person, sat: Session) -> Session:
    with tenant_scope(alice.institution.id):
        return make_session(sat.exam, name="Wanda 张")


def take(person: Person, exam: Exam, kind: str) -> bytes:
    response = person.client.get(reverse(f"reports:exam-{kind}", args=[exam.id]))
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="exam-Logic-I.{kind}"'
    return response.getvalue()


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_table_has_a_line_for_every_sitting(bob: Person, sat: Session, waiting: Session) -> None:
    first, second = table(take(bob, sat.exam, "csv"))

    assert tuple(first) == COLUMNS
    assert first | {"started_at": "", "ended_at": ""} == {
        "session_id": str(sat.id),
        "candidate_id": sat.candidate.external_id,
        "candidate_name": '\'=cmd|"/c calc", "Dana"',
        "email": sat.candidate.email,
        "state": "submitted",
        "started_at": "",
        "ended_at": "",
        "duration_s": "20",
        "integrity_score": first["integrity_score"],
        "risk_score": first["risk_score"],
        "coverage": first["coverage"],
        "recommendation": "REVIEW_REQUIRED",
        "critical_flags": "0",
        "warning_flags": "2",
        "info_flags": "0",
        "flags_confirmed": "0",
        "flags_dismissed": "1",
        "flags_technical": "0",
        "flags_undecided": "1",
        "report_version": "1",
        "review": "unreviewed",
        "decision": "",
        "decision_reason": "",
        "decided_by": "",
        "decided_at": "",
    }
    assert second == dict.fromkeys(COLUMNS, "") | {
        "session_id": str(waiting.id),
        "candidate_id": waiting.candidate.external_id,
        "candidate_name": "Wanda 张",
        "email": waiting.candidate.email,
        "state": "invited",
        **dict.fromkeys([name for name in COLUMNS if "flags" in name], "0"),
    }


def test_the_json_has_the_flags_and_the_decisions(alice: Person, sat: Session, waiting: Session) -> None:
    document = json.loads(take(alice, sat.exam, "json"))

    assert document["exam"]["title"] == "Logic I"
    assert [one["candidate_name"] for one in document["sessions"]] == [sat.candidate.name, "Wanda 张"]
    no_face = next(flag for flag in document["sessions"][0]["flags"] if flag["rule"] == "NO_FACE")
    assert no_face["severity"] == "warning"
    assert no_face["since_ms"] == 5000
    verdict: dict[str, Any] = no_face["verdict"]
    assert verdict.pop("decided_at").endswith("Z")
    assert verdict == {"decision": "dismissed", "reason": "A pen\nfell.", "decided_by": "alice@north.example"}
    assert document["sessions"][1]["flags"] == []
    assert document["sessions"][1]["integrity_score"] is None


def test_a_persons_decision_on_the_sitting_is_in_both(alice: Person, sat: Session) -> None:
    with tenant_scope(alice.institution.id):
        for flag in Flag.objects.filter(session=sat, verdict=None):
            give_verdict(flag=flag, decision="technical", reason="Dark.", actor=alice.user)
        decide_session(session=sat, outcome="PASS", reason="=Nothing.", actor=alice.user)

    line = table(take(alice, sat.exam, "csv"))[0]
    decision = json.loads(take(alice, sat.exam, "json"))["sessions"][0]["decision"]

    assert (line["review"], line["decision"], line["decision_reason"], line["decided_by"]) == (
        "decided",
        "PASS",
        "'=Nothing.",
        "alice@north.example",
    )
    assert decision.pop("decided_at") == line["decided_at"]
    assert decision == {
        "recommendation": "PASS",
        "reason": "=Nothing.",
        "decided_by": "alice@north.example",
    }


def test_taking_it_away_is_on_record(alice: Person, bob: Person, sat: Session) -> None:
    take(bob, sat.exam, "csv")

    with tenant_scope(alice.institution.id):
        entry = AuditEntry.objects.get(action="data.exported")
    assert (entry.actor, entry.subject) == (f"user:{bob.user.id}", f"exam:{sat.exam_id}")
    assert entry.detail == {"kind": "csv"}


def test_another_institution_is_told_nothing(charlie: Person, sat: Session) -> None:
    for kind in ("csv", "json"):
        assert charlie.client.get(reverse(f"reports:exam-{kind}", args=[sat.exam_id])).status_code == 404


def test_batches_are_read_as_they_are_asked_for(
    alice: Person, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any, sat: Session
) -> None:
    monkeypatch.setattr(exam_rows, "BATCH", 2)
    with tenant_scope(alice.institution.id):
        for number in range(4):
            make_session(sat.exam, name=f"Zoe {number}")
        lines = exam_rows.sittings_of(sat.exam, sat.ended_at)
        with django_assert_max_num_queries(4):
            first_two = [next(lines), next(lines)]
        Session.objects.filter(id=first_two[1].session_id).update(state="cancelled")
        names = [line.candidate_name for line in (*first_two, *lines)]
    assert names == [sat.candidate.name, "Zoe 0", "Zoe 1", "Zoe 2", "Zoe 3"]

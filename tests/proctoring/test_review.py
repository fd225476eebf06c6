"""Verdicts: recorded with a person and a reason, changed openly, refused in words."""

import pytest

from accounts.errors import DomainError
from accounts.models import AuditEntry
from jobs.models import Job
from proctoring.models import Flag, Verdict
from proctoring.services.review import give_verdict
from tests.conftest import Person
from tests.factories import make_running_session
from tests.proctoring.session_rows import make_flag, make_risk
from webhooks.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag(scope: None) -> Flag:
    return make_flag(make_running_session())


def test_a_verdict_is_recorded_audited_and_published(flag: Flag, alice: Person) -> None:
    verdict = give_verdict(
        flag=flag, decision="dismissed", reason="  Bent down for a pen. ", actor=alice.user, ip="10.0.0.1"
    )

    assert (verdict.decision, verdict.reason, verdict.decided_by) == (
        "dismissed",
        "Bent down for a pen.",
        alice.user,
    )
    entry = AuditEntry.objects.get(action="flag.reviewed")
    assert (entry.actor, entry.subject, entry.ip) == (
        f"user:{alice.user.id}",
        f"flag:{flag.id}",
        "10.0.0.0/24",
    )
    assert entry.detail == {"decision": "dismissed", "reason": "Bent down for a pen.", "before": None}
    event = Event.objects.get(type="flag.reviewed")
    assert event.data == {
        "flag": str(flag.id),
        "session": str(flag.session_id),
        "decision": "dismissed",
    }
    assert not Job.objects.filter(kind="reports.render").exists()


def test_changing_a_verdict_keeps_one_row_and_says_what_it_was(flag: Flag, alice: Person) -> None:
    give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)
    give_verdict(flag=flag, decision="confirmed", reason="Saw it again.", actor=alice.user)

    assert Verdict.objects.get().decision == "confirmed"
    assert [entry.detail["before"] for entry in AuditEntry.objects.filter(action="flag.reviewed")] == [
        None,
        "dismissed",
    ]


def test_the_same_verdict_twice_changes_nothing(flag: Flag, alice: Person) -> None:
    first = give_verdict(flag=flag, decision="technical", reason="Power cut.", actor=alice.user)
    again = give_verdict(flag=flag, decision="technical", reason="Power cut.", actor=alice.user)

    assert again.decided_at == first.decided_at
    assert AuditEntry.objects.filter(action="flag.reviewed").count() == 1


def test_a_verdict_after_the_final_result_makes_the_report_again(flag: Flag, alice: Person) -> None:
    make_risk(flag.session, final={"score": 0})

    give_verdict(flag=flag, decision="confirmed", reason="Clear.", actor=alice.user)

    assert Job.objects.get(kind="reports.render").payload == {"session": str(flag.session_id)}


@pytest.mark.parametrize(
    ("decision", "reason", "code", "field"),
    [
        ("guilty", "Because.", "decision_unknown", "decision"),
        ("confirmed", " \n ", "reason_missing", "reason"),
        ("confirmed", "x" * 2001, "reason_too_long", "reason"),
        ("confirmed", "a\x00b", "reason_invalid", "reason"),
    ],
)
def test_a_bad_verdict_is_refused_in_words(
    flag: Flag, alice: Person, decision: str, reason: str, code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        give_verdict(flag=flag, decision=decision, reason=reason, actor=alice.user)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Verdict.objects.exists()

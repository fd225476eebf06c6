"""Verdicts: recorded with a person and a reason, changed openly, taken back, refused in words."""

import uuid

import pytest

from accounts.errors import Conflict, DomainError, NotFound
from accounts.models import AuditEntry
from jobs.models import Job
from proctoring.models import Flag, PastVerdict, Review, ReviewState, Verdict
from proctoring.services.review import dismiss_rule, give_verdict, give_verdicts, take_back_verdicts
from tests.conftest import Person
from tests.factories import make_running_session
from tests.proctoring.ended import make_ended, make_flag_at
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


def test_what_a_verdict_was_before_is_kept(flag: Flag, alice: Person, bob: Person) -> None:
    first = give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)
    second = give_verdict(flag=flag, decision="confirmed", reason="Saw it again.", actor=bob.user)

    past = PastVerdict.objects.get()
    assert (past.flag, past.decision, past.reason, past.decided_by, past.decided_at) == (
        flag,
        "dismissed",
        "A pen.",
        alice.user,
        first.decided_at,
    )
    assert (past.replaced_by, past.replaced_at, past.was_taken_back) == (bob.user, second.decided_at, False)


def test_one_decision_on_several_flags_is_one_act_and_one_report(scope: None, alice: Person) -> None:
    session = make_ended()
    flags = [make_flag_at(session, at_s) for at_s in (10, 12)]

    verdicts = give_verdicts(
        session=session,
        flag_ids=[flag.id for flag in flags],
        decision="dismissed",
        reason="A pen.",
        actor=alice.user,
    )
    give_verdict(flag=make_flag_at(session, 60), decision="technical", reason="Dark.", actor=alice.user)

    assert {verdict.flag_id for verdict in verdicts} == {flag.id for flag in flags}
    assert len({verdict.decided_at for verdict in verdicts}) == 1
    assert AuditEntry.objects.filter(action="flag.reviewed").count() == 3
    assert Event.objects.filter(type="flag.reviewed").count() == 3
    assert Job.objects.filter(kind="reports.render").count() == 1
    review = Review.objects.get()
    assert (review.state, review.reviewer) == (ReviewState.IN_REVIEW, alice.user)


def test_a_report_that_is_being_made_is_made_once_more(scope: None, alice: Person) -> None:
    session = make_ended()
    give_verdict(flag=make_flag_at(session, 10), decision="confirmed", reason="Clear.", actor=alice.user)
    Job.objects.update(state="running")

    give_verdict(flag=make_flag_at(session, 60), decision="confirmed", reason="Clear.", actor=alice.user)

    assert sorted(Job.objects.values_list("state", flat=True)) == ["running", "waiting"]


def test_one_decision_is_never_half_recorded(scope: None, alice: Person) -> None:
    session, other = make_ended(), make_ended(name="Else")
    own, foreign = make_flag_at(session, 10), make_flag_at(other, 10)

    for wanted, code in (([own.id, foreign.id], "flag_unknown"), ([uuid.uuid4()], "flag_unknown")):
        with pytest.raises(NotFound) as refusal:
            give_verdicts(
                session=session, flag_ids=wanted, decision="dismissed", reason="A pen.", actor=alice.user
            )
        assert refusal.value.code == code
    with pytest.raises(DomainError) as refused:
        give_verdicts(session=session, flag_ids=[], decision="dismissed", reason="A pen.", actor=alice.user)

    assert (refused.value.code, refused.value.field) == ("flags_missing", "flags")
    assert not Verdict.objects.exists()
    assert not Review.objects.exists()


def test_two_people_do_not_do_the_same(scope: None, alice: Person, bob: Person) -> None:
    flag = make_flag_at(make_ended(), 10)
    give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)

    with pytest.raises(Conflict) as refusal:
        give_verdict(flag=flag, decision="confirmed", reason="No pen.", actor=bob.user)

    assert refusal.value.code == "in_review_elsewhere"
    assert str(alice.user) in refusal.value.message
    assert Verdict.objects.get().decision == "dismissed"


def test_the_last_decision_is_undone_and_then_the_one_before(scope: None, alice: Person) -> None:
    session = make_ended()
    one, two = make_flag_at(session, 10), make_flag_at(session, 12)
    give_verdict(flag=one, decision="dismissed", reason="A pen.", actor=alice.user)
    give_verdicts(
        session=session, flag_ids=[one.id, two.id], decision="confirmed", reason="Clear.", actor=alice.user
    )

    undone = take_back_verdicts(session=session, actor=alice.user)

    assert set(undone) == {one.id, two.id}
    verdict = Verdict.objects.get()
    assert (verdict.flag_id, verdict.decision, verdict.reason) == (one.id, "dismissed", "A pen.")
    taken_back = PastVerdict.objects.filter(was_taken_back=True)
    assert {(past.flag_id, past.decision) for past in taken_back} == {
        (one.id, "confirmed"),
        (two.id, "confirmed"),
    }
    assert [
        entry.detail
        for entry in AuditEntry.objects.filter(action="flag.verdict_taken_back", subject=f"flag:{one.id}")
    ] == [{"decision": "confirmed", "again": "dismissed"}]
    assert Event.objects.order_by("created_at", "id").filter(data__decision=None).count() == 2

    assert take_back_verdicts(session=session, actor=alice.user) == [one.id]
    assert not Verdict.objects.exists()
    with pytest.raises(Conflict) as refusal:
        take_back_verdicts(session=session, actor=alice.user)
    assert refusal.value.code == "nothing_to_undo"


def test_nobody_undoes_what_somebody_else_decided(flag: Flag, alice: Person, bob: Person) -> None:
    give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)

    with pytest.raises(Conflict):
        take_back_verdicts(session=flag.session, actor=bob.user)

    assert Verdict.objects.get().decision == "dismissed"


def test_all_undecided_flags_of_a_rule_are_technical_at_once(scope: None, alice: Person) -> None:
    session = make_ended()
    decided, *waiting = [make_flag_at(session, 20 * place) for place in range(4)]
    other = make_flag_at(session, 100, rule="PASTE")
    replaced = make_flag_at(session, 200, in_final=False)
    give_verdict(flag=decided, decision="confirmed", reason="Clear.", actor=alice.user)

    dismiss_rule(session=session, rule="NO_FACE", reason="The lamp broke.", actor=alice.user)

    given = {verdict.flag_id: verdict.decision for verdict in Verdict.objects.all()}
    assert given == {decided.id: "confirmed", **{flag.id: "technical" for flag in waiting}}
    assert not {other.id, replaced.id} & set(given)
    with pytest.raises(Conflict) as refusal:
        dismiss_rule(session=session, rule="NO_FACE", reason="The lamp broke.", actor=alice.user)
    assert refusal.value.code == "nothing_waits"

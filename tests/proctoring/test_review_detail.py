"""The review of one sitting, told as values."""

import pytest

from proctoring.models import ReviewState, RiskState
from proctoring.review_detail import can_undo, past_verdicts, session_review, suggested_reasons
from proctoring.services.review import give_verdict, take_back_verdicts
from proctoring.services.reviewing import decide_session
from tests.conftest import Person
from tests.factories import make_running_session
from tests.proctoring.ended import make_ended, make_flag_at

pytestmark = pytest.mark.usefixtures("scope")


def test_a_sitting_that_nobody_has_looked_at() -> None:
    session = make_ended()
    for at_s in (10, 12, 60):
        make_flag_at(session, at_s)
    make_flag_at(session, 90, rule="PASTE", label="Pasted text")

    review = session_review(session)

    assert (review.state, review.reviewer, review.decision) == (ReviewState.UNREVIEWED, "", None)
    assert [len(moment.flags) for moment in review.moments] == [2, 1, 1]
    assert (review.waiting_flags, review.waiting_moments, review.decided_moments) == (4, 3, 0)
    assert review.waiting_rules == (("NO_FACE", "No face seen", 3),)
    assert not review.can_be_decided
    second = review.moments[0].flags[1]
    assert review.moment_with(second.id) == review.moments[0]
    assert review.moment_with(session.id) is None


def test_only_what_people_confirmed_is_a_finding(alice: Person) -> None:
    session = make_ended()
    flags = [make_flag_at(session, at_s) for at_s in (10, 60)]
    listed = [
        {"id": str(flag.id), "rule": "NO_FACE", "severity": "warning", "n": 1, "confidence": None}
        for flag in flags
    ]
    RiskState.objects.filter(session=session).update(final={"flags": listed, "report": {}})
    give_verdict(flag=flags[0], decision="dismissed", reason="A pen.", actor=alice.user)
    nothing = session_review(session).findings
    give_verdict(flag=flags[1], decision="confirmed", reason="Clear.", actor=alice.user)

    review = session_review(session)

    assert nothing is not None
    assert (nothing.total, nothing.integrity_score) == (0, 100)
    assert review.findings is not None
    assert (review.findings.warning, review.findings.critical, review.findings.total) == (1, 0, 1)
    assert 0 < review.findings.integrity_score < 100
    assert review.can_be_decided


def test_a_decision_names_its_person(alice: Person) -> None:
    session = make_ended()
    decide_session(session=session, outcome="PASS", reason="Nothing.", actor=alice.user)

    review = session_review(session)

    assert review.decision is not None
    assert (review.decision.outcome, review.decision.label, review.decision.reason) == (
        "PASS",
        "No objection",
        "Nothing.",
    )
    assert review.decision.decided_by == str(alice.user)
    assert not review.can_be_decided


def test_under_way_there_are_moments_and_no_findings() -> None:
    session = make_running_session()
    make_flag_at(session, 10, in_final=None)

    review = session_review(session)

    assert (len(review.moments), review.findings, review.can_be_decided) == (1, None, False)


def test_what_was_decided_before_is_told(alice: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    assert not can_undo(session, reader_id=alice.user.id)
    give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)
    give_verdict(flag=flag, decision="confirmed", reason="No pen.", actor=alice.user)
    assert can_undo(session, reader_id=alice.user.id)
    take_back_verdicts(session=session, actor=alice.user)

    told = past_verdicts(session)[flag.id]

    assert [(past.label, past.reason, past.was_taken_back) for past in told] == [
        ("Confirmed", "No pen.", True),
        ("Dismissed", "A pen.", False),
    ]
    assert {past.replaced_by for past in told} == {str(alice.user)}


def test_ones_own_words_are_suggested_first(alice: Person, bob: Person) -> None:
    session = make_ended()
    give_verdict(flag=make_flag_at(session, 10), decision="dismissed", reason="A pen.", actor=alice.user)
    give_verdict(
        flag=make_flag_at(session, 60),
        decision="dismissed",
        reason="A very long story. " * 10,
        actor=alice.user,
    )

    assert suggested_reasons("dismissed", reader_id=alice.user.id)[:2] == (
        "A pen.",
        "Nothing wrong can be seen.",
    )
    assert "A pen." not in suggested_reasons("confirmed", reader_id=alice.user.id)
    assert "A pen." not in suggested_reasons("dismissed", reader_id=bob.user.id)

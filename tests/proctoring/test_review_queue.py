"""The order of review: which sitting is next, why, how long it takes, and who has it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from exams.models import Session
from proctoring.models import RiskState, Unusualness, Verdict
from proctoring.review_queue import (
    DEFAULT_PACE_MS,
    GAPS_NEEDED,
    NOBODY,
    QueueFilter,
    next_in_queue,
    review_pace,
    review_queue,
)
from proctoring.services.review import give_verdict
from proctoring.services.reviewing import claim_review, decide_session
from tests.conftest import Person
from tests.factories import make_exam, make_running_session
from tests.proctoring.ended import make_ended, make_flag_at

pytestmark = pytest.mark.usefixtures("scope")


def names(**wanted: Any) -> list[str]:
    return [row.candidate for row in review_queue(QueueFilter(**wanted)).rows]


def make_unusual(session: Session, share: float) -> None:
    Unusualness.objects.create(session=session, score=share, above_share=share, model_sha256="0" * 64)


def test_the_worst_flag_comes_first_then_confidence_and_anomaly() -> None:
    exam = make_exam()
    for name, severity, confidence, unusual in (
        ("Ann", "warning", 40.0, None),
        ("Bea", "warning", None, 0.99),
        ("Cid", "info", 99.0, 0.99),
        ("Dan", "critical", None, None),
        ("Eve", "warning", 90.0, 0.95),
    ):
        session = make_ended(exam, name=name)
        make_flag_at(session, 10, severity=severity, confidence=confidence)
        if unusual is not None:
            make_unusual(session, unusual)
    make_ended(exam, name="Fay")

    assert names() == ["Dan", "Eve", "Bea", "Ann", "Cid", "Fay"]


def test_it_says_why() -> None:
    sure, alone, bare = make_ended(name="Ann"), make_ended(name="Bea"), make_ended(name="Cid")
    make_flag_at(sure, 10, severity="critical", confidence=92.4)
    make_unusual(sure, 0.95)
    make_flag_at(alone, 10, severity="info")
    make_unusual(alone, 0.3)

    rows = {row.session_id: row.reasons for row in review_queue(QueueFilter()).rows}

    assert rows == {
        sure.id: (
            "A critical flag waits. People confirm 92 of 100 such flags.",
            "More unusual than 95 % of the sittings it is compared with.",
        ),
        alone.id: ("Only flags for information wait.",),
        bare.id: ("No flag waits; only the decision is missing.",),
    }


def test_what_waits_is_counted_in_moments(alice: Person) -> None:
    session = make_ended()
    for at_s in (10, 12, 60):
        make_flag_at(session, at_s)
    make_flag_at(session, 200, in_final=False)
    give_verdict(flag=make_flag_at(session, 300), decision="dismissed", reason="A pen.", actor=alice.user)

    queue = review_queue(QueueFilter())

    (row,) = queue.rows
    assert (row.waiting_flags, row.waiting_moments, row.reviewer) == (3, 2, str(alice.user))
    assert (queue.decided, queue.total, queue.expected_ms) == (0, 1, 2 * DEFAULT_PACE_MS)


def test_only_ended_sittings_with_a_result_are_in_it() -> None:
    make_running_session(name="Runs")
    RiskState.objects.filter(session=make_ended(name="Counted")).update(final=None)

    assert names() == []


def test_filters_by_exam_state_and_person(alice: Person, bob: Person) -> None:
    logic, ethics = make_exam(title="Logic"), make_exam(title="Ethics")
    taken, decided = make_ended(logic, name="Taken"), make_ended(logic, name="Decided")
    make_ended(ethics, name="Free")
    claim_review(session=taken, actor=bob.user)
    decide_session(session=decided, outcome="PASS", reason="Nothing.", actor=alice.user)

    assert set(names()) == {"Taken", "Free"}
    assert names(exam_id=logic.id) == ["Taken"]
    assert names(exam_id=uuid.uuid4()) == []
    assert names(state="unreviewed") == ["Free"]
    assert names(state="in_review") == ["Taken"]
    assert names(state="decided") == ["Decided"]
    assert names(reviewer=str(bob.user.id)) == ["Taken"]
    assert names(reviewer=NOBODY) == ["Free"]
    assert names(state="decided", reviewer=str(alice.user.id)) == ["Decided"]
    (row,) = review_queue(QueueFilter(state="decided")).rows
    assert (row.decided_by, row.outcome, row.reasons, row.expected_ms) == (str(alice.user), "PASS", (), 0)
    queue = review_queue(QueueFilter(exam_id=logic.id))
    assert (queue.decided, queue.total) == (1, 2)


def test_the_next_one_is_nobody_elses(alice: Person, bob: Person) -> None:
    first, second, third = make_ended(name="A"), make_ended(name="B"), make_ended(name="C")
    make_flag_at(first, 10, severity="critical")
    make_flag_at(second, 10)
    claim_review(session=second, actor=bob.user)

    for_alice = next_in_queue(after=first.id, reader_id=alice.user.id)
    for_bob = next_in_queue(after=first.id, reader_id=bob.user.id)
    decide_session(session=third, outcome="PASS", reason="Nothing.", actor=alice.user)

    assert for_alice is not None
    assert for_bob is not None
    assert (for_alice.session_id, for_bob.session_id) == (third.id, second.id)
    assert next_in_queue(after=first.id, reader_id=alice.user.id) is None


def test_the_pace_is_stated_until_it_can_be_measured(alice: Person, bob: Person) -> None:
    session = make_ended()
    at = timezone.now()
    for place in range(GAPS_NEEDED + 1):
        at += timedelta(minutes=30) if place == 5 else timedelta(seconds=12)
        for beside in range(2):
            flag = make_flag_at(session, 10 * place + beside)
            Verdict.objects.create(
                flag=flag, decision="dismissed", reason="A pen.", decided_by=alice.user, decided_at=at
            )
    assert review_pace().is_measured is False
    assert review_pace().per_moment_ms == DEFAULT_PACE_MS

    for place in range(2):
        Verdict.objects.create(
            flag=make_flag_at(session, 500 + 10 * place),
            decision="dismissed",
            reason="A pen.",
            decided_by=bob.user,
            decided_at=at + timedelta(seconds=14 * place),
        )

    pace = review_pace()
    assert (pace.per_moment_ms, pace.samples, pace.is_measured) == (12_000, GAPS_NEEDED, True)


def test_it_takes_as_many_queries_for_many_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    exam = make_exam()
    for place in range(5):
        session = make_ended(exam, name=f"Candidate {place}")
        make_flag_at(session, 10)
        make_flag_at(session, 60)

    with django_assert_num_queries(5):
        assert len(review_queue(QueueFilter()).rows) == 5

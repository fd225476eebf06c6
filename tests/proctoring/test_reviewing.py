"""The review of a sitting: taken, given back, decided by a person with a reason, opened again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from exams.models import Session
from jobs.models import Job
from proctoring.models import Flag, Observation, Outcome, Review, ReviewState, RiskState
from proctoring.services import finalise
from proctoring.services.review import give_verdict
from proctoring.services.reviewing import claim_review, decide_session, release_review, reopen_session
from tests.conftest import Person
from tests.factories import make_running_session
from tests.proctoring.ended import make_ended, make_flag_at
from webhooks.models import Event

pytestmark = pytest.mark.usefixtures("scope")


def decide(session: Session, person: Person, outcome: str = "PASS", reason: str = "Nothing.") -> Review:
    return decide_session(session=session, outcome=outcome, reason=reason, actor=person.user)


def last_entry(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).order_by("-number")[0]


def test_one_person_has_a_sitting_until_another_takes_it_over(alice: Person, bob: Person) -> None:
    session = make_ended()
    claim_review(session=session, actor=alice.user, ip="10.0.0.1")

    with pytest.raises(Conflict) as refusal:
        claim_review(session=session, actor=bob.user)
    taken = claim_review(session=session, actor=bob.user, take_over=True)

    assert refusal.value.code == "in_review_elsewhere"
    assert (taken.state, taken.reviewer) == (ReviewState.IN_REVIEW, bob.user)
    entry = last_entry("review.claimed")
    assert (entry.actor, entry.subject, entry.detail) == (
        f"user:{bob.user.id}",
        f"session:{session.id}",
        {"from": str(alice.user)},
    )


def test_taking_twice_changes_nothing(alice: Person) -> None:
    session = make_ended()
    first = claim_review(session=session, actor=alice.user)
    again = claim_review(session=session, actor=alice.user)

    assert again.taken_at == first.taken_at
    assert AuditEntry.objects.filter(action="review.claimed").count() == 1


def test_it_is_given_back_by_whoever_has_it(alice: Person, bob: Person) -> None:
    session = make_ended()
    claim_review(session=session, actor=alice.user)

    with pytest.raises(Conflict) as refusal:
        release_review(session=session, actor=bob.user)
    released = release_review(session=session, actor=alice.user)

    assert refusal.value.code == "not_yours"
    assert (released.state, released.reviewer, released.taken_at) == (ReviewState.UNREVIEWED, None, None)
    assert last_entry("review.released").subject == f"session:{session.id}"


def test_a_sitting_under_way_is_not_reviewed(alice: Person) -> None:
    session = make_running_session()

    with pytest.raises(Conflict) as claimed:
        claim_review(session=session, actor=alice.user)
    with pytest.raises(Conflict) as decided:
        decide(session, alice)

    assert (claimed.value.code, decided.value.code) == ("not_ended", "not_ended")
    assert not Review.objects.exists()


def test_a_person_decides_with_a_reason_and_everybody_is_told(alice: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)
    Job.objects.all().delete()

    review = decide(session, alice, "PASS_WITH_REVIEW", "  Bent down once. ")

    assert (review.state, review.outcome, review.reason) == (
        ReviewState.DECIDED,
        Outcome.PASS_WITH_REVIEW,
        "Bent down once.",
    )
    assert (review.decided_by, review.reviewer) == (alice.user, None)
    assert last_entry("session.decided").detail == {
        "recommendation": "PASS_WITH_REVIEW",
        "reason": "Bent down once.",
    }
    assert Event.objects.get(type="session.decided").data == {
        "session": str(session.id),
        "exam": str(session.exam_id),
        "recommendation": "PASS_WITH_REVIEW",
    }
    assert Job.objects.get().payload == {"session": str(session.id)}


def test_deciding_twice_alike_is_deciding_once(alice: Person, bob: Person) -> None:
    session = make_ended()
    first = decide(session, alice)

    assert decide(session, alice).decided_at == first.decided_at
    for person, outcome in ((alice, "REVIEW_REQUIRED"), (bob, "PASS")):
        with pytest.raises(Conflict) as refusal:
            decide(session, person, outcome)
        assert refusal.value.code == "session_decided"
    assert Event.objects.filter(type="session.decided").count() == 1


def test_no_decision_while_a_flag_waits(alice: Person) -> None:
    session = make_ended()
    make_flag_at(session, 200, in_final=False)
    waiting = make_flag_at(session, 10)

    with pytest.raises(Conflict) as refusal:
        decide(session, alice)
    assert (refusal.value.code, refusal.value.message) == (
        "flags_unreviewed",
        "1 flag is not decided on. Decide on it first.",
    )
    assert not Review.objects.exists()

    give_verdict(flag=waiting, decision="confirmed", reason="Clear.", actor=alice.user)
    assert decide(session, alice).state == ReviewState.DECIDED


def test_no_decision_before_the_final_result(alice: Person) -> None:
    session = make_ended()
    RiskState.objects.update(final=None)

    with pytest.raises(Conflict) as refusal:
        decide(session, alice)

    assert refusal.value.code == "result_unfinished"


@pytest.mark.parametrize(
    ("outcome", "reason", "code", "field"),
    [
        ("FAIL", "Because.", "recommendation_unknown", "recommendation"),
        ("PASS", "  ", "reason_missing", "reason"),
        ("PASS", "x" * 2001, "reason_too_long", "reason"),
        ("PASS", "a\x00b", "reason_invalid", "reason"),
    ],
)
def test_a_bad_decision_is_refused_in_words(
    alice: Person, outcome: str, reason: str, code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        decide(make_ended(), alice, outcome, reason)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Review.objects.exists()


def test_a_decision_holds_until_it_is_opened_again(alice: Person, bob: Person) -> None:
    session = make_ended()
    flag = make_flag_at(session, 10)
    give_verdict(flag=flag, decision="dismissed", reason="A pen.", actor=alice.user)
    decide(session, alice)

    with pytest.raises(Conflict) as refusal:
        give_verdict(flag=flag, decision="confirmed", reason="No pen.", actor=alice.user)
    with pytest.raises(DomainError) as unsaid:
        reopen_session(session=session, reason=" ", actor=bob.user)
    review = reopen_session(session=session, reason="A witness wrote.", actor=bob.user)

    assert (refusal.value.code, unsaid.value.code) == ("session_decided", "reason_missing")
    assert (review.state, review.reviewer, review.outcome, review.decided_by) == (
        ReviewState.IN_REVIEW,
        bob.user,
        "",
        None,
    )
    assert last_entry("session.reopened").detail == {
        "reason": "A witness wrote.",
        "recommendation": "PASS",
        "decided": "Nothing.",
    }
    assert Event.objects.get(type="session.reopened").data["session"] == str(session.id)
    give_verdict(flag=flag, decision="confirmed", reason="No pen.", actor=bob.user)
    with pytest.raises(Conflict) as not_decided:
        reopen_session(session=session, reason="Again.", actor=bob.user)
    assert not_decided.value.code == "not_decided"


def test_flags_that_come_after_a_decision_open_it_again(alice: Person) -> None:
    session = make_ended()
    decide(session, alice)

    finalise(session_id=session.id)
    assert Review.objects.get().state == ReviewState.DECIDED

    add_silence(session)
    finalise(session_id=session.id)

    assert Flag.objects.filter(session=session, in_final=True, rule="NO_FACE").exists()
    review = Review.objects.get()
    assert (review.state, review.reviewer, review.decided_by) == (ReviewState.UNREVIEWED, None, None)
    entry = last_entry("session.reopened")
    assert (entry.actor, entry.detail["recommendation"]) == ("system", "PASS")


def add_silence(session: Session) -> None:
    """Ten seconds without a face, which arrived late."""
    for second in range(20):
        record = {
            "stream": "video",
            "seq": second + 1,
            "t": second * 1000,
            "v": {"face_count": 0 if 5 <= second < 15 else 1},
        }
        Observation.objects.create(
            session=session, stream="video", seq=second + 1, t_ms=second * 1000, record=record, is_late=True
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_decide_at_once_one_does(alice: Person, bob: Person) -> None:
    session = make_ended()
    told = ThreadPoolExecutor(2)

    def decides(person: Person, outcome: str) -> str:
        try:
            with tenant_scope(alice.institution.id):
                decide(session, person, outcome)
        except Conflict as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with told:
        both = [told.submit(decides, alice, "PASS"), told.submit(decides, bob, "REVIEW_REQUIRED")]
        ends = {one.result() for one in both}

    assert ends in ({"done", "session_decided"}, {"done", "in_review_elsewhere"})
    assert Event.objects.filter(type="session.decided").count() == 1
    assert Review.objects.get().state == ReviewState.DECIDED

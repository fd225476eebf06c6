"""Identity cards: taken after the check, compared, never in the way; decided by a person and then gone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry
from exams import holds
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring import jobs, services
from proctoring.cards_told import card_note, card_told, room_card
from proctoring.models import CardDecision, Flag, IdCard, Observation
from proctoring.services.id_cards import (
    decide_card,
    forget_old_card,
    keep_check_picture,
    open_picture,
    show_picture,
    take_card,
)
from proctoring.services.templates import keep_template
from reports import gather
from tests.analysis.people import template
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.faces import EMBEDDER, STAGED
from tests.proctoring.fakes import picture_of
from tests.proctoring.sittings import make_checking
from tests.proctoring.test_enrolling import OBEDIENT, check

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scope", "fake_observer")]


@pytest.fixture(autouse=True)
def staged(settings: Any) -> Iterator[None]:
    settings.FACE_EMBEDDER = EMBEDDER
    yield
    STAGED.likeness = 1.0


def ready(**options: bool) -> Session:
    """A session whose camera check is over, with an enrolled face."""
    wanted = {"watch_identity": True, "ask_id_card": True, **options}
    session = make_checking(make_exam(**wanted))
    keep_template(session=session, template=template())
    keep_check_picture(session=session, jpeg=picture_of(1))
    Session.objects.filter(id=session.id).update(state=SessionState.READY)
    return Session.objects.get(id=session.id)


def taken(faces: int = 1, **options: bool) -> Session:
    session = ready(**options)
    take_card(session=session, jpeg=picture_of(faces))
    return session


def ended(session: Session, *, days_ago: float = 0) -> Session:
    session = services.start_session(session=session, device_info={})
    session = services.end_session(session=session, to=SessionState.SUBMITTED)
    Session.objects.filter(id=session.id).update(ended_at=timezone.now() - timedelta(days=days_ago))
    return Session.objects.select_related("exam").get(id=session.id)


def found() -> tuple[str, str, float | None]:
    card = IdCard.objects.get()
    return card.verdict, card.problem, card.score


def entries(action: str) -> list[tuple[str, dict[str, Any]]]:
    return list(AuditEntry.objects.filter(action=action).order_by("number").values_list("actor", "detail"))


@pytest.mark.parametrize(
    ("likeness", "verdict", "state", "text"),
    [
        (0.9, "same", "taken", "Thank you. A person will look at the picture."),
        (0.35, "unclear", "taken", "Thank you. A person will look at the picture."),
        (0.1, "different", "taken", "Thank you. A person will look at the picture."),
    ],
)
def test_a_card_is_compared_and_the_candidate_hears_no_verdict(
    likeness: float, verdict: str, state: str, text: str
) -> None:
    STAGED.likeness = likeness
    session = taken()
    assert found() == (verdict, "", likeness)
    assert room_card(session) == {"state": state, "text": text}
    assert entries("id_card.taken") == [(f"candidate:{session.candidate_id}", {})]


@pytest.mark.parametrize(
    ("faces", "likeness", "problem", "words"),
    [
        (0, 1.0, "no_face", "We found no face on the picture."),
        (2, 1.0, "several_faces", "We found more than one face."),
        (1, None, "no_face", "We found no face on the picture."),
    ],
)
def test_what_cannot_be_compared_can_be_taken_again_or_left(
    faces: int, likeness: float | None, problem: str, words: str
) -> None:
    STAGED.likeness = likeness
    session = taken(faces)
    told = room_card(session)
    assert (found(), told["state"]) == (("unclear", problem, None), "again")
    assert told["text"].startswith(words)
    assert told["text"].endswith("You can also go on: a person will look at it.")
    STAGED.likeness = 0.9
    take_card(session=session, jpeg=picture_of(1))
    assert found() == ("same", "", 0.9)


@pytest.mark.parametrize("missing", ["template", "network"])
def test_where_nothing_can_be_compared_a_person_looks(settings: Any, missing: str) -> None:
    session = ready()
    if missing == "network":
        settings.FACE_EMBEDDER = "tests.proctoring.faces.no_embedder"
    else:
        session.face_template.delete()
    take_card(session=session, jpeg=picture_of(1))
    assert found() == ("unclear", "no_template", None)
    assert room_card(session) == {
        "state": "taken",
        "text": "We could not compare it; a person will look at it.",
    }


def test_a_comparison_that_fails_leaves_the_picture_for_a_person(settings: Any) -> None:
    settings.FRAME_OBSERVER = "tests.proctoring.fakes.nothing_of_that_name"
    session = taken()
    assert found() == ("", "", None)
    assert room_card(session)["state"] == "looking"
    session = services.start_session(session=session, device_info={})
    assert Observation.objects.get(record__ev="id_card_open").record["detail"] == {"reason": "late"}


def test_both_pictures_rest_encrypted_and_each_opens_only_as_what_it_is() -> None:
    taken()
    card = IdCard.objects.get()
    assert picture_of(1)[:20] not in bytes(card.card_sealed or b"")
    assert (open_picture(card, "card"), open_picture(card, "face")) == (picture_of(1), picture_of(1))
    card.card_sealed, card.face_sealed = card.face_sealed, card.card_sealed
    assert (open_picture(card, "card"), open_picture(card, "face")) == (None, None)


def test_a_key_that_is_gone_leaves_no_picture_and_no_error(settings: Any) -> None:
    session = taken()
    settings.SECRET_KEY = "another-key-0123456789-0123456789-0123456789-0123"
    card = IdCard.objects.get()
    assert open_picture(card, "card") is None
    assert card_told(session) is not None


@pytest.mark.parametrize(
    ("options", "state", "code"),
    [
        ({"ask_id_card": False}, SessionState.READY, "no_card_asked"),
        ({"watch_identity": False}, SessionState.READY, "no_card_asked"),
        ({}, SessionState.CHECKING, "not_now"),
        ({}, SessionState.RUNNING, "not_now"),
        ({}, SessionState.SUBMITTED, "not_now"),
    ],
)
def test_a_card_is_taken_only_where_and_when_it_is_asked_for(
    options: dict[str, bool], state: SessionState, code: str
) -> None:
    session = make_checking(make_exam(**{"watch_identity": True, "ask_id_card": True, **options}))
    Session.objects.filter(id=session.id).update(state=state)
    with pytest.raises(Conflict) as refused:
        take_card(session=session, jpeg=picture_of(1))
    assert refused.value.code == code
    assert not IdCard.objects.exists()


def test_the_camera_check_leaves_one_picture_of_the_enrolled_face() -> None:
    session = make_checking(make_exam(watch_identity=True, ask_id_card=True))
    check(session, OBEDIENT)
    card = IdCard.objects.get()
    assert (card.taken_at, card.card_sealed) == (None, None)
    assert (open_picture(card, "face") or b"").startswith(b"\xff\xd8\xff")
    assert room_card(session) == {"state": "none", "text": ""}


def test_an_exam_that_asks_for_no_card_keeps_no_picture() -> None:
    check(make_checking(make_exam(watch_identity=True)), OBEDIENT)
    assert not IdCard.objects.exists()


@pytest.mark.parametrize(
    ("likeness", "faces", "reason"),
    [(0.9, 1, None), (0.1, 1, "unlike"), (0.4, 1, "between"), (0.9, 0, "no_face"), (None, None, "missing")],
)
def test_what_is_not_clearly_alike_is_an_info_without_points(
    likeness: float | None, faces: int | None, reason: str | None
) -> None:
    session = ready()
    if faces is not None:
        STAGED.likeness = likeness
        take_card(session=session, jpeg=picture_of(faces))
    session = ended(session)
    services.finalise(session_id=session.id)
    told = [
        record["detail"]["reason"]
        for record in Observation.objects.filter(record__ev="id_card_open").values_list("record", flat=True)
    ]
    assert told == ([reason] if reason else [])
    flags = Flag.objects.filter(rule="ID_CARD_OPEN").values_list("severity", "delta_milli")
    assert list(flags) == ([("info", 0)] if reason else [])
    session.risk.refresh_from_db()
    assert session.risk.integrity_milli == 100_000


def test_a_person_decides_and_the_pictures_go(alice: Person) -> None:
    session = ended(taken())
    card = decide_card(
        card=IdCard.objects.get(), decision="same", reason=" Both are Dana. ", actor=alice.user, ip="10.1.2.3"
    )
    assert (card.decision, card.reason, card.decided_by) == (CardDecision.SAME, "Both are Dana.", alice.user)
    kept = IdCard.objects.get()
    assert (kept.card_sealed, kept.face_sealed, kept.card_key_id) == (None, None, "")
    assert kept.deleted_at is not None
    ((actor, detail),) = entries("id_card.decided")
    assert (actor, detail) == (
        f"user:{alice.user.id}",
        {"decision": "same", "reason": "Both are Dana.", "before": ""},
    )
    assert entries("id_card.deleted") == [("system", {"reason": "decided"})]
    assert card_note(session) == "Identity card: the same person, says alice@north.example: “Both are Dana.”"


def test_an_exam_may_keep_the_pictures(alice: Person) -> None:
    session = ended(taken(keep_id_card=True), days_ago=400)
    decide_card(card=IdCard.objects.get(), decision="unclear", reason="Too small.", actor=alice.user)
    assert forget_old_card(session=session) is False
    assert open_picture(IdCard.objects.get(), "card") is not None


@pytest.mark.parametrize(
    ("decision", "reason", "field"),
    [("guilty", "Because.", "decision"), ("same", " ", "reason"), ("", "x", "decision")],
)
def test_a_decision_needs_a_choice_and_a_reason(
    alice: Person, decision: str, reason: str, field: str
) -> None:
    taken()
    with pytest.raises(DomainError) as refused:
        decide_card(card=IdCard.objects.get(), decision=decision, reason=reason, actor=alice.user)
    assert refused.value.field == field
    assert IdCard.objects.get().card_sealed is not None


def test_every_look_is_audited_and_one_that_finds_nothing_is_not(alice: Person) -> None:
    session = taken()
    card = IdCard.objects.get()
    assert show_picture(card=card, which="card", actor=alice.user, ip="10.1.2.3") == picture_of(1)
    assert show_picture(card=card, which="face", actor=alice.user) == picture_of(1)
    decide_card(card=card, decision="other", reason="No.", actor=alice.user)
    assert show_picture(card=IdCard.objects.get(), which="card", actor=alice.user) is None
    assert entries("id_card.seen") == [
        (f"user:{alice.user.id}", {"picture": "card"}),
        (f"user:{alice.user.id}", {"picture": "face"}),
    ]
    assert set(AuditEntry.objects.filter(action="id_card.seen").values_list("subject", flat=True)) == {
        f"session:{session.id}"
    }


def card_jobs() -> list[Job]:
    return list(Job.objects.filter(kind="proctoring.forget_card").order_by("next_attempt_at"))


def test_pictures_that_no_exam_followed_go_after_a_day() -> None:
    taken()
    (job,) = card_jobs()
    assert timedelta(hours=23) < job.next_attempt_at - timezone.now() < timedelta(hours=25)
    jobs.forget_card(job)
    assert IdCard.objects.get().card_sealed is None
    assert entries("id_card.deleted") == [("system", {"reason": "unused"})]


def test_pictures_that_come_after_the_first_were_deleted_go_a_day_later_too() -> None:
    session = taken()
    jobs.forget_card(card_jobs()[0])
    take_card(session=session, jpeg=picture_of(1))
    assert [job.next_attempt_at > timezone.now() for job in card_jobs()] == [True, True]
    jobs.forget_card(card_jobs()[1])
    keep_check_picture(session=session, jpeg=picture_of(1))
    assert len(card_jobs()) == 3


def test_another_picture_is_not_what_somebody_decided_on(alice: Person) -> None:
    session = taken()
    decide_card(card=IdCard.objects.get(), decision="same", reason="Both are Dana.", actor=alice.user)
    take_card(session=session, jpeg=picture_of(1))
    card = IdCard.objects.get()
    assert (card.decision, card.reason, card.decided_by, card.decided_at) == ("", "", None, None)
    assert card_note(session) == "A picture of an identity card was given; no person has decided on it yet."
    assert [detail["decision"] for _, detail in entries("id_card.decided")] == ["same"]


def test_pictures_of_an_exam_that_goes_on_stay() -> None:
    session = services.start_session(session=taken(), device_info={})
    jobs.forget_card(card_jobs()[0])
    assert IdCard.objects.get(session=session).card_sealed is not None
    assert len(card_jobs()) == 2


@pytest.mark.parametrize(("days_ago", "gone"), [(6.9, False), (7.1, True)])
def test_a_week_after_the_end_the_pictures_go_undecided(days_ago: float, gone: bool) -> None:
    session = ended(taken(), days_ago=days_ago)
    due = card_jobs()[-1].next_attempt_at - timezone.now()
    assert timedelta(days=6.9) < due < timedelta(days=7.1)
    assert forget_old_card(session=session) is gone
    assert (IdCard.objects.get().card_sealed is None) is gone
    assert card_note(session) == "A picture of an identity card was given; no person has decided on it yet."


def test_an_exam_that_was_called_off_keeps_nothing() -> None:
    session = taken()
    Session.objects.filter(id=session.id).update(state=SessionState.CANCELLED)
    session.refresh_from_db()
    assert forget_old_card(session=session) is True


def test_the_report_says_what_became_of_the_card() -> None:
    session = ended(ready())
    services.finalise(session_id=session.id)
    session = Session.objects.select_related("exam__institution", "candidate").get(id=session.id)
    assert (
        "A picture of an identity card was asked for and none was given; nobody had to give one."
        in gather.content_of(session, 1).notes
    )


def test_finishing_a_check_twice_keeps_one_row() -> None:
    session = ready()
    row_id = IdCard.objects.get().id
    keep_check_picture(session=session, jpeg=picture_of(2))
    assert IdCard.objects.get().id == row_id
    assert open_picture(IdCard.objects.get(), "face") == picture_of(2)


def test_a_legal_hold_keeps_the_pictures() -> None:
    session = ended(taken(), days_ago=8)
    holds.place_hold(
        scope="session", subject_id=session.id, reason="A complaint.", case_ref="2026/7", actor=None
    )
    assert forget_old_card(session=session) is False
    assert IdCard.objects.get().card_sealed is not None

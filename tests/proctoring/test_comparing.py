"""What the session page and the report say about comparing faces."""

from typing import Any

import pytest
from django.urls import reverse

from exams.models import Session
from exams.states import SessionState
from proctoring.comparing import identity_words
from proctoring.face_words import Comparing, comparing_words, reason_words
from proctoring.models import FaceCheck, Observation
from proctoring.words import detail_words, event_words
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.sittings import make_checking

BLAMELESS = " This is no sign of anything wrong."


def told(
    outcome: str = "passed", reason: str = "", looks: int = 9, clear: int = 7, ended: bool = True
) -> str:
    return comparing_words(Comparing(outcome, reason, looks, clear, ended))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (told(), "Identity was compared with the camera check in 7 of 9 looks."),
        (
            told("failed", "too_slow"),
            "Identity was compared with the camera check in 7 of 9 looks. "
            "The head turns that were asked for were not shown: they took too long.",
        ),
        (
            told("unavailable", "no_model"),
            "Identity was not checked because this installation has no model file that compares faces."
            + BLAMELESS,
        ),
        (
            told("unavailable", "skipped"),
            "Identity was not checked because the exam was started before the camera check was over."
            + BLAMELESS,
        ),
        (
            told("unavailable", "no_template"),
            "Identity was not checked because the camera check brought no five clear pictures of the face "
            "together." + BLAMELESS,
        ),
        (
            told(looks=0, clear=0),
            "Identity was not checked because no look was taken while the exam ran." + BLAMELESS,
        ),
        (
            told(looks=4, clear=0),
            "Identity was not checked because none of 4 looks showed one clear face." + BLAMELESS,
        ),
        (
            told(looks=0, clear=0, ended=False),
            "Identity is compared with the camera check; no look has been taken yet.",
        ),
        (told("", ended=False), "Identity is compared as soon as the camera check is over."),
    ],
)
def test_the_line_says_what_was_done_or_why_not(words: str, said: str) -> None:
    assert words == said


def test_the_reason_stands_in_the_timeline() -> None:
    assert event_words("face_check_unavailable") == "Identity was not checked"
    assert detail_words({"reason": "skipped", "tries": 0}) == (
        "The exam was started before the camera check was over"
    )
    assert (reason_words("other_side"), reason_words("nonsense")) == ("The head went to the other side", "")


@pytest.fixture
def session(scope: None) -> Session:
    return make_checking(make_exam(watch_identity=True))


def look(session: Session, seq: int, **values: Any) -> None:
    record = {"stream": "objects", "seq": seq, "t": 1000 * seq, "v": values}
    Observation.objects.create(session=session, stream="objects", seq=seq, t_ms=1000 * seq, record=record)


@pytest.mark.django_db
def test_looks_are_counted_and_those_of_other_inspectors_left_out(session: Session) -> None:
    FaceCheck.objects.create(session=session, outcome="passed")
    Session.objects.filter(id=session.id).update(state=SessionState.SUBMITTED)
    session.refresh_from_db()
    look(session, 1, identity_score=0.8, phone=False)
    look(session, 2, identity_score=None)
    look(session, 3, phone=True)
    assert identity_words(session) == "Identity was compared with the camera check in 1 of 2 looks."


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{}, {"watch_identity": True, "watch_webcam": False}])
def test_an_exam_that_compares_no_faces_says_nothing(scope: None, options: dict[str, bool]) -> None:
    assert identity_words(make_checking(make_exam(**options))) == ""


@pytest.mark.django_db
def test_the_session_page_shows_the_line(session: Session, bob: Person) -> None:
    FaceCheck.objects.create(session=session, outcome="unavailable", reason="no_model")
    page = bob.client.get(reverse("proctoring:session", args=[session.id]))
    assert "Identity was not checked because this installation has no model file" in page.text

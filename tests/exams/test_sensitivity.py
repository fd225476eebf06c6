"""The sensitivity of an exam: chosen beside its simulated price, kept by a sitting that has begun."""

import pytest
from django.urls import reverse

from exams.models import Exam
from proctoring.services.risk import exam_policy
from tests.conftest import Person
from tests.factories import make_exam, make_session

pytestmark = pytest.mark.django_db


def test_the_form_names_the_price(alice: Person) -> None:
    page = alice.client.get(reverse("exams:new")).text
    assert "Low: about 0.3 false warnings an hour" in page
    assert "Normal: about 2 false warnings an hour" in page
    assert "come from a simulation of honest candidates with everything watched, not from real exams" in page


def test_it_is_saved_and_shown(alice: Person) -> None:
    sent = {
        "title": "Logic I",
        "duration_minutes": 60,
        "allowed_tabs": 1,
        "risk_policy": "default",
        "recording": "none",
        "sensitivity": "low",
    }
    answer = alice.client.post(reverse("exams:new"), sent)
    assert answer.status_code == 302, answer.text
    assert "low sensitivity" in alice.client.get(answer["Location"]).text


def test_a_sitting_keeps_what_it_began_with(scope: None) -> None:
    exam = make_exam(sensitivity="low")
    session = make_session(exam)
    policy = exam_policy(session)
    assert policy.sensitivity == "low"
    Exam.objects.update(sensitivity="high")
    session.refresh_from_db()
    session.exam.refresh_from_db()
    assert exam_policy(session).sensitivity == "high"
    assert exam_policy(session).sha256 != policy.sha256


def test_a_policy_without_evidence_stays_as_it_is(scope: None) -> None:
    quiet, usual = (
        make_session(make_exam(risk_policy="seed1", sensitivity=one)) for one in ("low", "normal")
    )
    assert exam_policy(quiet).sha256 == exam_policy(usual).sha256

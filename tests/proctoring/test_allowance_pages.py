"""The pages of allowances: who sees what, one candidate and many, and back."""

from typing import Any

import pytest
from django.test import Client

from accounts import services
from accounts.roles import Role
from accounts.tenancy import tenant_scope
from exams.models import Allowance, Candidate, Exam, Session
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam, make_session

pytestmark = pytest.mark.django_db
WHY = "A broken arm."


@pytest.fixture
def exam(alice: Person) -> Exam:
    with tenant_scope(alice.institution.id):
        return make_exam(title="Logic I")


@pytest.fixture
def session(alice: Person, exam: Exam) -> Session:
    with tenant_scope(alice.institution.id):
        return make_session(exam, name="Dana <b>Candidate</b>")


def member(institution_id: Any, role: Role) -> Client:
    with tenant_scope(institution_id):
        membership = services.add_member(email=f"{role}@north.example", password=PASSWORD, role=role)
    client = Client()
    client.force_login(membership.user)
    return client


def granted(institution_id: Any) -> list[Allowance]:
    with tenant_scope(institution_id):
        return list(Allowance.objects.filter(ended_at__isnull=True).order_by("candidate__external_id"))


def text_of(response: Any) -> str:
    return " ".join(response.getvalue().decode().split())


def test_an_examiner_grants_and_withdraws_on_the_candidates_page(bob: Person, session: Session) -> None:
    url = f"/candidates/{session.candidate_id}/"
    empty = text_of(bob.client.get(url))
    assert "Nothing out of the ordinary" in empty
    assert "Dana &lt;b&gt;Candidate&lt;/b&gt;" in empty
    form = {
        "exam": str(session.exam_id),
        "extra_percent": "25",
        "break_count": "2",
        "break_minutes": "5",
        "area_gaze": "off",
        "area_pose": "200",
        "reason": WHY,
    }
    assert bob.client.post(url, form).status_code == 302
    (allowance,) = granted(bob.institution.id)
    assert (allowance.exam_id, allowance.granted_by_id) == (session.exam_id, bob.user.id)
    page = text_of(bob.client.get(url))
    for words in (
        "25 % more time",
        "2 breaks of at most 5 min each",
        "Not watched: Where the eyes look",
        "Where the head is turned, and how much it moves: flagged only after 2 times as long",
        WHY,
    ):
        assert words in page
    row = text_of(bob.client.get(f"/exams/{session.exam_id}/"))
    assert "Adjusted" in row

    assert bob.client.post(f"/allowances/{allowance.id}/withdraw/").status_code == 302
    assert granted(bob.institution.id) == []


def test_a_refused_grant_says_what_to_mend(alice: Person, session: Session) -> None:
    url = f"/candidates/{session.candidate_id}/"
    for form, words in (
        ({"reason": WHY}, "Nothing is granted yet"),
        ({"extra_minutes": "5"}, "This field is required"),
        ({"extra_minutes": "999", "reason": WHY}, "less than or equal to 600"),
        ({"extra_minutes": "5", "break_count": "1", "reason": WHY}, "how long each may be"),
        ({"extra_minutes": "5", "area_tabs": "200", "reason": WHY}, "Select a valid choice"),
        ({"extra_minutes": "5", "exam": "none", "reason": WHY}, "Select a valid choice"),
    ):
        answer = alice.client.post(url, form)
        assert (answer.status_code, words in text_of(answer)) == (422, True), words
    assert granted(alice.institution.id) == []


def test_a_proctor_sees_what_is_granted_but_neither_why_nor_the_form(alice: Person, session: Session) -> None:
    url = f"/candidates/{session.candidate_id}/"
    alice.client.post(url, {"extra_minutes": "15", "reason": WHY})
    proctor = member(alice.institution.id, Role.PROCTOR)
    page = text_of(proctor.get(url))
    assert "15 minutes more" in page
    assert WHY not in page
    assert "Grant it" not in page
    assert proctor.post(url, {"extra_minutes": "5", "reason": WHY}).status_code == 403
    assert proctor.get(f"/exams/{session.exam_id}/allowances/").status_code == 403
    assert [one.extra_minutes for one in granted(alice.institution.id)] == [15]


def test_many_are_shown_first_then_granted_then_taken_back(alice: Person, exam: Exam) -> None:
    with tenant_scope(alice.institution.id):
        ids = [make_session(exam, name=f"Person {n}").candidate.external_id for n in range(3)]
    url = f"/exams/{exam.id}/allowances/"
    form = {"ids": f"{ids[0]}, {ids[1]}\n{ids[2]}\n{ids[0]}", "extra_minutes": "20", "reason": WHY}
    assert "Nothing yet" in text_of(alice.client.get(url))

    preview = text_of(alice.client.post(url, form))
    assert "This is granted to 3 candidates" in preview
    assert "20 minutes more" in preview
    assert granted(alice.institution.id) == []

    assert alice.client.post(url, {**form, "step": "grant"}).status_code == 302
    rows = granted(alice.institution.id)
    assert [one.extra_minutes for one in rows] == [20, 20, 20]
    assert len({one.batch for one in rows}) == 1
    page = text_of(alice.client.get(url))
    assert "3 candidates of this exam" in page

    assert alice.client.post(f"{url}{rows[0].batch}/undo/").status_code == 302
    assert granted(alice.institution.id) == []


def test_an_id_that_nobody_has_stops_all(alice: Person, exam: Exam, session: Session) -> None:
    with tenant_scope(alice.institution.id):
        known = Candidate.objects.get().external_id
    form = {"ids": f"{known}\nnobody", "extra_minutes": "20", "reason": WHY, "step": "grant"}
    answer = alice.client.post(f"/exams/{exam.id}/allowances/", form)
    assert (answer.status_code, "We do not know: nobody." in text_of(answer)) == (422, True)
    assert granted(alice.institution.id) == []

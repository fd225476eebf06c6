"""Reads cost the same number of queries for one row and for three."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import invitations, queries, services
from exams.models import Exam
from exams.states import SessionState
from tests.conftest import Person
from tests.factories import make_exam, make_running_session, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def test_exams_are_listed_with_their_sessions_counted() -> None:
    exam = make_exam(title="Logic I")
    make_session(exam)
    make_running_session(exam)
    services.end(session=make_running_session(exam), to=SessionState.SUBMITTED)
    empty = make_exam(title="Empty")
    listed = [
        (row.title, row.candidate_count, row.waiting_count, row.under_way_count, row.ended_count)
        for row in queries.exams_with_counts()
    ]
    assert listed == [("Empty", 0, 0, 0, 0), ("Logic I", 3, 1, 1, 1)]
    assert list(queries.exams_with_counts(search="empt")) == [empty]


def test_a_candidate_row_has_the_live_link_only(alice: Person) -> None:
    exam = make_exam()
    fresh, revoked, ended = (make_session(exam, name=name) for name in ("A", "B", "C"))
    invitations.issue(session=fresh, actor=alice.user)
    invitations.revoke(invitation=revoked.invitations.get(), actor=alice.user)
    services.cancel(session=ended, actor=alice.user)

    rows = [queries.candidate_row(session) for session in queries.sessions_of_exam(exam)]

    live = fresh.invitations.get(revoked_at__isnull=True)
    assert [row.invitation for row in rows] == [live, None, None]
    assert [row.link for row in rows] == [invitations.link_of(live), None, None]
    assert [(row.can_have_link, row.can_cancel) for row in rows] == [
        (True, True),
        (True, True),
        (False, False),
    ]


def test_candidates_are_found_by_what_is_known_of_them() -> None:
    exam = make_exam()
    ada = services.add_candidate(
        exam=exam,
        details=services.CandidateDetails(external_id="X-17", name="Ada", email="ada@low.example"),
        actor=None,
    )
    make_session(exam, name="Bob")
    for search in ("ada", "x-17", "LOW.example"):
        assert list(queries.sessions_of_exam(exam, search=search)) == [ada]
    assert not queries.sessions_of_exam(exam, search="%")
    assert queries.sessions_of_exam(exam, state="invited").count() == 2
    assert queries.sessions_of_exam(exam, state="running").count() == 0
    assert queries.sessions_of_exam(exam, state="no such state").count() == 2


def test_states_are_counted() -> None:
    exam = make_exam()
    make_session(exam)
    make_session(exam)
    make_running_session(exam)
    assert queries.state_counts(exam) == {SessionState.INVITED: 2, SessionState.RUNNING: 1}


@pytest.mark.parametrize("page", ["/exams/", "/exams/{exam.id}/"])
def test_a_page_costs_the_same_with_one_row_and_with_three(alice: Person, page: str) -> None:
    exam = make_exam()
    make_session(exam)
    # The first page of a minute also notes that somebody is there.
    alice.client.get("/exams/")
    one = _queries(lambda: alice.client.get(page.format(exam=exam)))
    for _ in range(2):
        make_session(exam)
        make_session(make_exam())
    three = _queries(lambda: alice.client.get(page.format(exam=exam)))
    assert Exam.objects.count() == 3
    assert one == three
    assert three <= 12


def _queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)

"""The rows that tests make are rows the services accept."""

import pytest

from exams.states import SessionState
from tests.factories import make_exam, make_running_session

pytestmark = pytest.mark.django_db


def test_an_exam_may_have_been_created_by_nobody(scope: None) -> None:
    assert make_exam(title="Logic I").created_by is None


def test_a_running_session_is_running(scope: None) -> None:
    assert make_running_session().state == SessionState.RUNNING

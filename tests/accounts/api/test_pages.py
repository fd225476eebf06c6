"""Cursors that somebody wrote by hand: refused in words, whatever column the list is ordered by."""

import base64
from urllib.parse import quote

import pytest

from accounts.api.pages import NO_CURSOR
from tests.conftest import Person

pytestmark = pytest.mark.django_db

NO_MOMENTS = ("p=", "p=abc", "p=%00", "p=-1", "p=2026-01-01", "p=2026-01-01T00:00:00%2B99:99", "r=1&p=None")
BEYOND_TIME = ("p=0001-01-01T00:00:00%2B23:00", "p=9999-12-31T23:59:59-23:00", "p=99999-01-01T00:00:00Z")
NO_NUMBERS = ("p=", "p=abc", "p=%00", "p=nan", "p=2026-01-01T00:00:00%2B00:00", "r=1&p=1.5")


def cursor(text: str) -> str:
    return quote(base64.b64encode(text.encode()).decode())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *(("members", text) for text in (*NO_MOMENTS, *BEYOND_TIME)),
        *(("audit", text) for text in NO_NUMBERS),
    ],
)
def test_a_cursor_of_somebodys_own_is_refused(alice: Person, path: str, text: str) -> None:
    response = alice.client.get(f"/api/v1/{path}/?cursor={cursor(text)}")
    assert response.status_code == 400
    problem = response.json()
    assert (problem["code"], problem["message"], problem["field"]) == ("invalid", NO_CURSOR, "cursor")


def test_a_number_that_no_column_holds_leads_past_the_end(alice: Person) -> None:
    response = alice.client.get(f"/api/v1/audit/?cursor={cursor(f'p={10**27}&r=1')}")
    assert response.status_code == 200
    assert response.json()["results"] == []


def test_the_cursors_of_the_answers_lead_through_all_rows(alice: Person) -> None:
    for number in range(3):
        alice.client.post(
            "/api/v1/exams/",
            {"title": f"Exam {number}", "duration_minutes": 60},
            content_type="application/json",
        )
    address, seen = "/api/v1/exams/?page_size=1", []
    while address:
        page = alice.client.get(address).json()
        seen += [row["title"] for row in page["results"]]
        address = page["next"]
    assert seen == ["Exam 2", "Exam 1", "Exam 0"]

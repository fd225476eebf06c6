"""More time in the list of candidates: read, refused in words, granted, audited."""

import pytest
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import AuditEntry
from exams import services
from exams.adjustments import granted
from exams.models import Allowance, Session
from exams.roster import Problem, read_roster
from exams.services import CandidateDetails
from tests.conftest import Person
from tests.factories import make_exam

LIST = b"external_id;name;extra_minutes\r\n1;Ada;15\r\n2;Bo;\r\n3;Cy;0\r\n"


def test_the_column_may_be_left_out_or_empty() -> None:
    assert [row.extra_minutes for row in read_roster(LIST).rows] == [15, 0, 0]
    assert [row.extra_minutes for row in read_roster(b"external_id,name\n1,Ada").rows] == [0]


@pytest.mark.parametrize("minutes", ["-5", "1.5", "601", "ten", "99999999999999", "٣"])
def test_what_is_no_number_of_minutes_is_refused_by_its_line(minutes: str) -> None:
    read = read_roster(f"external_id,name,extra_minutes\n1,Ada,{minutes}".encode())
    words = "The extra_minutes must be a whole number between 0 and 600."
    assert read.problems == (Problem(2, words),)


@pytest.mark.django_db
@pytest.mark.usefixtures("scope")
def test_whoever_is_listed_with_minutes_has_them(alice: Person) -> None:
    exam = make_exam()
    services.add_candidates(exam=exam, rows=list(read_roster(LIST).rows), actor=alice.user)
    now = timezone.now()
    sessions = Session.objects.filter(exam=exam).order_by("candidate__external_id")
    assert [granted(session, now).extra_minutes for session in sessions] == [15, 0, 0]
    (allowance,) = Allowance.objects.all()
    assert (allowance.exam, allowance.granted_by, allowance.reason) == (exam, alice.user, "From the list.")
    assert AuditEntry.objects.order_by("-number")[0].detail == {"count": 3, "with_more_time": 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("scope")
def test_minutes_out_of_range_seat_nobody() -> None:
    details = CandidateDetails(external_id="1", name="Ada", extra_minutes=9999)
    with pytest.raises(DomainError):
        services.add_candidates(exam=make_exam(), rows=[details], actor=None)
    assert not Session.objects.exists()

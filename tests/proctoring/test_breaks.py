"""A candidate's own breaks: as many and as long as was granted, over by themselves, unwatched."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errors import Conflict
from accounts.models import AuditEntry
from exams import seats
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring.breaks import BreakState, break_state
from proctoring.jobs import end_break as end_break_job
from proctoring.models import Observation
from proctoring.room_session import view_of
from proctoring.rooms import check_takes_frames
from proctoring.services.breaks import begin_break, end_break
from proctoring.services.errors import FrameNotWanted
from proctoring.services.intervening import pause_session, resume_session
from proctoring.timeline import TimelineFilter, timeline
from tests.factories import make_exam
from tests.proctoring.allowed import begin, make_allowed
from tests.proctoring.sittings import make_sitting, shift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.fixture
def session() -> Session:
    return shift(begin(make_allowed(make_exam(), break_count=2, break_minutes=5)), 10)


def later(session: Session, minutes: float) -> Session:
    """The same session when the break has lasted some minutes."""
    session.refresh_from_db()
    assert session.paused_at is not None
    session.paused_at -= timedelta(minutes=minutes)
    session.save()
    return session


def test_in_a_break_the_clock_stands_still_and_nothing_is_watched(session: Session) -> None:
    assert break_state(session, timezone.now()) == BreakState(2, 5, None)
    before = session.deadline_at
    begun = begin_break(session=session)
    assert begun.state == SessionState.PAUSED
    with pytest.raises(FrameNotWanted):
        check_takes_frames(begun)
    assert begun.paused_at is not None
    assert break_state(begun, begun.paused_at + timedelta(minutes=1)) == BreakState(1, 5, 240_000)

    back = end_break(session=later(begun, 3))
    assert back.state == SessionState.RUNNING
    assert before is not None
    assert back.deadline_at is not None
    assert back.deadline_at - before >= timedelta(minutes=3)
    assert break_state(back, timezone.now()) == BreakState(1, 5, None)


def test_a_break_ends_by_itself(session: Session) -> None:
    begin_break(session=session)
    job = Job.objects.get(kind="proctoring.end_break")
    assert job.payload == {"session": str(session.id), "number": 1}
    end_break_job(job)
    session.refresh_from_db()
    assert session.state == SessionState.RUNNING

    begin_break(session=session)
    end_break_job(job)  # of the first break: this one goes on
    session.refresh_from_db()
    assert session.state == SessionState.PAUSED


def test_there_are_as_many_as_were_granted(session: Session) -> None:
    for _number in range(2):
        begin_break(session=session)
        begin_break(session=session)
        end_break(session=session)
        end_break(session=session)
    with pytest.raises(Conflict) as refused:
        begin_break(session=session)
    assert refused.value.code == "no_break_left"
    assert break_state(Session.objects.get(), timezone.now()) == BreakState(0, 5, None)
    with pytest.raises(Conflict):
        begin_break(session=make_sitting())


def test_what_a_proctor_paused_the_candidate_cannot_let_go_on(session: Session) -> None:
    paused = pause_session(session=session, actor=None)
    assert end_break(session=paused).state == SessionState.PAUSED
    with pytest.raises(Conflict) as refused:
        begin_break(session=paused)
    assert refused.value.code == "not_running"
    assert break_state(paused, timezone.now()) == BreakState(2, 5, None)
    assert resume_session(session=paused, actor=None).state == SessionState.RUNNING


def test_the_timeline_and_the_audit_log_know_of_it(session: Session) -> None:
    end_break(session=begin_break(session=session))
    titles = [entry.title for entry in timeline(session, TimelineFilter()).entries]
    assert titles == ["The candidate took a break", "The break was over"]
    actions = list(AuditEntry.objects.order_by("number").values_list("actor", "action"))[-2:]
    who = f"candidate:{session.candidate_id}"
    assert actions == [(who, "session.break_begun"), (who, "session.break_ended")]
    assert Observation.objects.filter(stream="server").count() == 2


def seated(client: Client, session: Session) -> Client:
    store = client.session
    store[seats.SEATS] = {
        str(session.id): {"institution": str(session.institution_id), "device_key": session.device_key}
    }
    store.save()
    return client


def post(client: Client, session: Session, body: Any) -> Any:
    return client.post(f"/room/{session.id}/break/", body, content_type="application/json")


def test_the_room_takes_a_break_and_comes_back(client: Client, session: Session) -> None:
    seated(client, session)
    begun = post(client, session, {"to": "begin"}).json()
    assert (begun["state"], begun["breaks"]["left"], begun["breaks"]["minutes"]) == ("paused", 1, 5)
    assert 0 < begun["breaks"]["remaining_ms"] <= 300_000
    back = post(client, session, {"to": "end"}).json()
    assert (back["state"], back["breaks"]["remaining_ms"]) == ("running", None)
    refused = post(client, session, {"to": "sleep"})
    assert (refused.status_code, refused.json()["field"]) == (400, "to")


def test_whoever_has_no_breaks_is_told_of_none() -> None:
    assert view_of(make_sitting())["breaks"] is None


def test_without_the_seat_there_is_no_break(client: Client, session: Session) -> None:
    assert post(client, session, {"to": "begin"}).status_code == 404


def test_a_pause_that_a_proctor_makes_in_a_break_outlasts_it(session: Session) -> None:
    begun = begin_break(session=session)
    pause_session(session=begun, actor=None)
    after = end_break(session=later(begun, 1))
    assert after.state == SessionState.PAUSED
    after = end_break(session=after, number=1)
    assert after.state == SessionState.PAUSED
    said = Observation.objects.filter(stream="server", record__ev="session_paused").order_by("seq")
    assert [row.record["detail"].get("break") for row in said] == [1, None]
    assert AuditEntry.objects.filter(action="session.paused").count() == 1
    assert resume_session(session=after, actor=None).state == SessionState.RUNNING
    assert break_state(after, timezone.now()) == BreakState(1, 5, None)


def test_pausing_twice_in_a_break_is_one_pause(session: Session) -> None:
    begun = begin_break(session=session)
    pause_session(session=begun, actor=None)
    pause_session(session=begun, actor=None)
    assert Observation.objects.filter(stream="server", record__ev="session_paused").count() == 2


def test_no_break_begins_when_the_time_is_over(session: Session) -> None:
    """The job that ends the exam may be some seconds late, and a break would let the clock stand still."""
    session.deadline_at = timezone.now() - timedelta(seconds=1)
    session.save()
    with pytest.raises(Conflict) as refused:
        begin_break(session=session)
    assert refused.value.code == "not_running"
    session.refresh_from_db()
    assert (session.state, session.paused_at) == (SessionState.RUNNING, None)

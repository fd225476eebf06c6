"""The report says how much of a sitting was recorded."""

from datetime import timedelta

import pytest

from exams.states import SessionState
from proctoring import services
from reports import gather
from tests.proctoring.pieces import flag_at, keep, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("full", "Video: 0:03 of 10:00 were recorded."),
        ("flagged", "Video: flagged moments were recorded, 0:03 of 10:00."),
        ("none", None),
    ],
)
def test_the_report_says_how_much_was_recorded(mode: str, words: str | None) -> None:
    session = recorded(mode)
    if mode != "none":
        flag_at(session, 0, 1000, 5000)
        for seq, t_ms in ((1, 0), (2, 1000), (3, 1500), (4, 8000)):
            keep(session, seq=seq, t_ms=t_ms)
    session = services.end_session(session=session, to=SessionState.SUBMITTED)
    assert session.started_at is not None
    session.ended_at = session.started_at + timedelta(minutes=10)
    session.save()
    services.finalise(session_id=session.id)
    notes = [note for note in gather.content_of(session, 1).notes if note.startswith("Video")]
    assert notes == ([] if words is None else [words])

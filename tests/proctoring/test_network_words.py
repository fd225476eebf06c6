"""The report tells what the network did to a sitting, and nothing where it did nothing."""

import pytest

from exams.models import Session
from proctoring.models import Observation
from proctoring.network_words import network_notes
from proctoring.services import presence
from tests.proctoring.sittings import frame, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def came_late(session: Session, seq: int) -> None:
    Observation.objects.create(session=session, stream="video", seq=seq, t_ms=seq, record={}, is_late=True)


def test_where_nothing_happened_nothing_is_said() -> None:
    session = make_sitting()
    frame(session, 1, 1000)
    assert network_notes(session) == ()


def test_late_pictures_and_changes_of_the_device_are_told() -> None:
    session = make_sitting()
    came_late(session, 5)
    presence.note_moved(session=session, at_ms=5_000)
    assert network_notes(session) == (
        "1 picture came later, as after a lost connection; it is counted. When it was taken is what the "
        "candidate’s computer says.",
        "The candidate continued on another device or in another browser once.",
    )
    came_late(session, 6)
    presence.note_moved(session=session, at_ms=9_000)
    assert network_notes(session) == (
        "2 pictures came later, as after a lost connection; they are counted. When they were taken is what "
        "the candidate’s computer says.",
        "The candidate continued on another device or in another browser 2 times.",
    )

"""A frame that takes its worker down is tried a few times and then left alone; others are looked at."""

import pytest

from analysis.frames import Frame
from analysis.observations import Observation
from exams.models import Session
from proctoring import analysing, parking
from proctoring.models import Observation as Row
from proctoring.models import RiskState
from proctoring.protocol import Outcome
from tests.proctoring.fakes import GreyObserver, picture_of
from tests.proctoring.sittings import make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


class Killed(BaseException):
    """As SIGKILL would: nothing below the worker catches it."""


class DyingObserver(GreyObserver):
    """Takes its process down, as far as a test can."""

    def __init__(self) -> None:
        self.looks = 0

    def observe(self, frame: Frame, baseline: object = None) -> Observation:
        self.looks += 1
        raise Killed


@pytest.fixture
def sitting() -> Session:
    return make_sitting(minutes_ago=0.1)


def die_of(sitting: Session, seq: int, observer: DyingObserver, *, late: bool) -> None:
    """One look that ends with the process: what a `finally` would tidy up stays as it was."""
    look = analysing.analyse_late if late else analysing.analyse
    begun = parking.caches["frames"].get(f"looks:{sitting.id}:{seq}", 0)
    with pytest.raises(Killed):
        look(session_id=sitting.id, seq=seq, t_ms=1000, observer=observer)
    parking.caches["frames"].set(f"looks:{sitting.id}:{seq}", begun + 1)


@pytest.mark.parametrize("late", [False, True])
def test_what_took_three_workers_down_is_refused(
    sitting: Session, late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    parking.park(sitting.id, 1, picture_of(1))
    observer = DyingObserver()
    for _ in range(3):
        die_of(sitting, 1, observer, late=late)

    if late:
        found = analysing.analyse_late(session_id=sitting.id, seq=1, t_ms=1000, observer=observer)
    else:
        found = analysing.analyse(session_id=sitting.id, seq=1, t_ms=1000, observer=observer).outcome

    assert (found, observer.looks) == (Outcome.REFUSED, 3)
    assert RiskState.objects.get(session=sitting).frames_refused == 1
    assert not Row.objects.filter(session=sitting, stream="video").exists()
    assert caplog.messages == [
        f"frame 1 of session {sitting.id} took its workers down and is looked at no more"
    ]


def test_the_others_are_looked_at(sitting: Session) -> None:
    parking.park(sitting.id, 1, picture_of(1))
    parking.park(sitting.id, 2, picture_of(1))
    for _ in range(3):
        die_of(sitting, 1, DyingObserver(), late=False)

    seen = analysing.analyse(session_id=sitting.id, seq=2, t_ms=2000, observer=GreyObserver())

    assert seen.outcome == Outcome.RECORDED


def test_a_look_that_fails_in_peace_counts_for_nothing(sitting: Session) -> None:
    for _ in range(5):
        with pytest.raises(analysing.FrameLost):
            analysing.analyse(session_id=sitting.id, seq=1, t_ms=1000, observer=GreyObserver())
    parking.park(sitting.id, 1, picture_of(1))
    seen = analysing.analyse(session_id=sitting.id, seq=1, t_ms=1000, observer=GreyObserver())
    assert seen.outcome == Outcome.RECORDED

"""Eyes are followed only where the exam asks: how they rest is kept, and records tell where they look."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.baseline import Baseline as Normal
from analysis.gaze import EyeFeatures, calibrate
from analysis.gaze_fit import GazeFit
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.analysing import analyse
from proctoring.models import Baseline, Observation
from proctoring.services.gaze import fit_of, is_fitted
from tests.analysis.test_gaze import NINE, points
from tests.factories import make_exam
from tests.proctoring.eyes import DETECTOR, STAGED, LandmarkObserver
from tests.proctoring.fakes import STRAIGHT, GreyObserver, picture_of
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

GAZE_KEYS = ("gaze_zone", "off_screen", "gaze_outside", "gaze_hint")


@pytest.fixture(autouse=True)
def staged(settings: Any) -> Iterator[None]:
    settings.IRIS_DETECTOR = DETECTOR
    yield
    STAGED.u = STAGED.v = 0.0


def look(session: Session, seq: int, *, observer: GreyObserver | None = None, t_ms: int = 0) -> None:
    parking.park(session.id, seq, picture_of(1))
    analyse(session_id=session.id, seq=seq, t_ms=t_ms, observer=observer or LandmarkObserver())


def told(session: Session) -> list[tuple[object, ...]]:
    rows = Observation.objects.filter(session=session, stream="video").order_by("seq")
    return [tuple(row.record["v"].get(key, "-") for key in GAZE_KEYS) for row in rows]


def test_the_camera_check_keeps_how_the_eyes_rest() -> None:
    session = make_checking(make_exam(watch_gaze=True))
    for seq in range(1, 11):
        STAGED.u = 0.3 if seq == 4 else 0.01
        look(session, seq)
    session.refresh_from_db()
    assert session.state == SessionState.READY
    fit = fit_of(session.id)
    assert fit is not None
    assert fit.rest is not None
    assert (round(fit.rest.u, 6), round(fit.rest.v, 6), fit.rest.ear) == (0.01, 0.0, 0.3)
    assert (fit.calibration, is_fitted(session.id)) == (None, False)
    STAGED.u = 0.2
    look(session, 11)
    assert Baseline.objects.get().gaze == fit.to_json()


def test_an_exam_that_does_not_follow_eyes_asks_for_no_landmarks_and_says_nothing() -> None:
    LandmarkObserver.asked = 0
    session = make_checking()
    for seq in range(1, 11):
        look(session, seq)
    assert Baseline.objects.get().gaze is None
    session = services.start_session(session=session, device_info={})
    look(session, 11)
    assert told(session) == [("-",) * 4]
    assert LandmarkObserver.asked == 0


def test_without_a_calibration_records_hold_a_hint_and_nothing_more() -> None:
    session = make_sitting(make_exam(watch_gaze=True))
    Baseline.objects.create(session=session, measurements=measured(), gaze=rested().to_json())
    look(session, 1)
    STAGED.u = 0.2
    look(session, 2)
    look(session, 3, observer=GreyObserver())
    assert told(session) == [(None, None, None, "on"), (None, None, None, "left"), (None,) * 4]


def test_calibrated_eyes_are_on_the_screen_or_beside_it() -> None:
    session = make_sitting(make_exam(watch_gaze=True))
    fit = GazeFit(calibration=calibrate(points(NINE)))
    Baseline.objects.create(session=session, measurements=measured(), gaze=fit.to_json())
    STAGED.v = -0.05
    look(session, 1)
    STAGED.u = 0.2
    look(session, 2)
    (on, beside) = told(session)
    assert on == ("on", False, 0.0, None)
    assert beside[:2] == ("left", True)
    assert is_fitted(session.id)


def test_without_a_fit_or_with_a_damaged_one_it_stays_unknown() -> None:
    session = make_sitting(make_exam(watch_gaze=True))
    look(session, 1)
    Baseline.objects.create(session=session, measurements=measured(), gaze={"rest": 1})
    look(session, 2)
    assert told(session) == [(None,) * 4] * 2


def rested() -> GazeFit:
    return GazeFit(rest=EyeFeatures(0.0, 0.0, 0.0, 0.0, 0.0, 0.3))


def measured() -> dict[str, Any]:
    return dict(Normal(STRAIGHT, 0.3, 0.3, 200.0, 120.0, 50.0, 0.95).to_json())


def test_pupils_are_placed_only_where_the_policy_judges_them(settings: Any, presets_dir: Path) -> None:
    settings.PRESETS_DIR = presets_dir
    for policy, placed in (("default", ["-", "-"]), ("seed4", [0.09375] * 2)):
        session = make_sitting(make_exam(watch_gaze=True, risk_policy=policy))
        look(session, 1)
        [row] = Observation.objects.filter(session=session, stream="video")
        assert [row.record["v"].get(f"pupil_{side}_x", "-") for side in ("right", "left")] == placed

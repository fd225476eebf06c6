"""The camera check ends with the candidate's own normal, and keeps no frame."""

import pytest

from exams.states import SessionState
from proctoring import parking
from proctoring.analysing import analyse
from proctoring.models import Baseline, Observation, RiskState
from proctoring.protocol import Outcome
from proctoring.services.risk import ensure_risk
from tests.proctoring.fakes import GreyObserver, picture_of
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def test_ten_good_frames_make_the_session_ready() -> None:
    session = make_checking()
    heard = []
    for seq, faces in enumerate([0, 2, *[1] * 10], start=1):
        parking.park(session.id, seq, picture_of(faces))
        analysed = analyse(session_id=session.id, seq=seq, t_ms=0, observer=GreyObserver())
        assert (analysed.outcome, parking.find(session.id, seq)) == (Outcome.CHECKED, None)
        assert analysed.guidance is not None
        heard.append((analysed.guidance.code, analysed.guidance.progress))
    assert heard == [
        ("no_face", 0.0),
        ("several_faces", 0.0),
        *[("ok", round(good / 10, 2)) for good in range(1, 11)],
    ]
    session.refresh_from_db()
    assert session.state == SessionState.READY
    assert Baseline.objects.get().measurements["frames"] == 10
    assert not Observation.objects.exists()


def test_after_the_check_guidance_goes_on_and_the_baseline_stays() -> None:
    session = make_checking()
    for seq in range(1, 11):
        parking.park(session.id, seq, picture_of(1))
        analyse(session_id=session.id, seq=seq, t_ms=0, observer=GreyObserver())
    before = Baseline.objects.get().measurements
    parking.park(session.id, 11, picture_of(0))
    analysed = analyse(session_id=session.id, seq=11, t_ms=0, observer=GreyObserver())
    assert analysed.guidance is not None
    assert (analysed.guidance.code, analysed.guidance.progress) == ("no_face", 1.0)
    assert Baseline.objects.get().measurements == before


def test_a_refused_picture_is_counted_and_is_not_an_empty_chair() -> None:
    session = make_sitting()
    parking.park(session.id, 1, b"\xff\xd8\xff not a picture")
    analysed = analyse(session_id=session.id, seq=1, t_ms=0, observer=GreyObserver())
    assert (analysed.outcome, parking.find(session.id, 1)) == (Outcome.REFUSED, None)
    assert RiskState.objects.get().frames_refused == 1
    assert not Observation.objects.exists()


def test_a_refused_picture_of_the_check_is_counted_too() -> None:
    session = make_checking()
    ensure_risk(session)
    parking.park(session.id, 1, b"")
    assert analyse(session_id=session.id, seq=1, t_ms=0, observer=GreyObserver()).outcome == Outcome.REFUSED
    assert RiskState.objects.get().frames_refused == 1

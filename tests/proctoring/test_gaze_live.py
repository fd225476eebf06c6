"""The live road with a real face and irises: how eyes rest, a fit that must be refused, hints in the log."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from analysis.frames import encode_jpeg
from analysis.video import sample_video
from exams.states import SessionState
from proctoring import parking, services
from proctoring.looking import park_look
from proctoring.models import Flag, Observation
from proctoring.rooms import Room
from proctoring.services.gaze import fit_of, is_fitted
from proctoring.services.gaze_points import begin_looks, fit_looks
from proctoring.tasks import analyse_frame, analyse_look
from tests.factories import make_exam
from tests.proctoring.sittings import DEVICE_KEY, make_checking, shift
from tests.proctoring.test_gaze_points import NINE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scope"), pytest.mark.slow]

ALONE_S = 13


def test_a_person_who_does_not_follow_the_points_is_not_fitted_and_raises_nothing(
    data_dir: Path, models_dir: Path, settings: Any
) -> None:
    settings.MODELS_DIR = models_dir
    clip = data_dir / "scenarios" / "exam_story.mp4"
    story = [encode_jpeg(image, 75) for _t_ms, image in islice(sample_video(clip, 2), 2 * ALONE_S)]
    session = make_checking(make_exam(watch_gaze=True))
    for seq, jpeg in enumerate(story[:14], start=1):
        parking.park(session.id, seq, jpeg)
        analyse_frame.delay(str(session.id), seq, 0, "nobody")
    session.refresh_from_db()
    assert session.state == SessionState.READY
    fit = fit_of(session.id)
    assert fit is not None
    assert fit.rest is not None
    assert (abs(fit.rest.u) < 0.1, abs(fit.rest.v) < 0.15, 0.12 < fit.rest.ear < 0.6) == (True, True, True)

    room = Room(session.id, DEVICE_KEY)
    begin_looks(room=room, points_px=NINE)
    for seq, jpeg in enumerate(story[:18], start=1):
        park_look(session.id, seq, jpeg)
        analyse_look.delay(str(session.id), seq, (seq - 1) // 2, "nobody")
    assert fit_looks(session_id=session.id).code == "unsteady"
    assert not is_fitted(session.id)

    session = shift(services.start_session(session=session, device_info={}), ALONE_S / 60)
    for seq, jpeg in enumerate(story[::2], start=15):
        parking.park(session.id, seq, jpeg)
        analyse_frame.delay(str(session.id), seq, 1000 * (seq - 15), "nobody")
    values = [row.record["v"] for row in Observation.objects.filter(session=session, stream="video")]
    assert {(value["gaze_zone"], value["off_screen"]) for value in values} == {(None, None)}
    assert [value["gaze_hint"] for value in values].count("on") >= ALONE_S - 3
    assert not Flag.objects.filter(rule="LOOKING_OFF_SCREEN").exists()

"""The live road with real faces: enrolled at the check, somebody else at 43 s, nothing left at the end."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from analysis import liveness
from analysis.frames import encode_jpeg
from analysis.video import sample_video
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.models import Evidence, FaceCheck, FaceTemplate, Flag, Observation
from proctoring.services import event_rules
from proctoring.services.finalising import finalise
from proctoring.tasks import analyse_frame
from tests.factories import make_exam
from tests.proctoring.sittings import make_checking, shift

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scope"),
    pytest.mark.slow,
]


def send(session: Session, seq: int, t_ms: int, jpeg: bytes) -> None:
    parking.park(session.id, seq, jpeg)
    analyse_frame.delay(str(session.id), seq, t_ms, "nobody")


def test_a_still_head_is_enrolled_and_somebody_else_is_flagged(
    data_dir: Path, models_dir: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODELS_DIR = models_dir
    # The frames of the whole clip come when it is over, and nobody waits half a minute for turns.
    monkeypatch.setattr(event_rules, "BEHIND_MS", 120_000)
    monkeypatch.setattr(liveness, "WITHIN_MS", -1)
    clip = data_dir / "scenarios" / "exam_story.mp4"
    story = [(t_ms, encode_jpeg(image, 75)) for t_ms, image in sample_video(clip, 1)]
    session = make_checking(make_exam(watch_identity=True))
    for seq, (_t_ms, jpeg) in enumerate(islice([*story[:13], *story[:13]], 20), start=1):
        send(session, seq, 0, jpeg)
    session.refresh_from_db()
    assert session.state == SessionState.READY
    assert list(FaceCheck.objects.values_list("outcome", "reason", "tries")) == [("failed", "too_slow", 3)]
    assert FaceTemplate.objects.count() == 1

    session = shift(services.start_session(session=session, device_info={}), 65 / 60)
    for seq, (t_ms, jpeg) in enumerate(story, start=21):
        send(session, seq, t_ms, jpeg)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    finalise(session_id=session.id)
    assert not FaceTemplate.objects.exists()
    flag = Flag.objects.get(rule="SOMEBODY_ELSE")
    assert (flag.since_ms, flag.t_ms, flag.end_ms) == (44_000, 48_000, 53_000)
    assert Flag.objects.filter(rule="FACE_CHECK_OPEN").count() == 1
    assert 43_000 <= Evidence.objects.get(flag=flag).t_ms < 53_000
    scores = Observation.objects.filter(stream="objects").values_list("t_ms", "record__v__identity_score")
    known = [(t_ms, score) for t_ms, score in scores if score is not None]
    assert len(known) > 8
    assert all((score < 0.25) == (43_000 <= t_ms < 53_000) for t_ms, score in known)

"""The live road with real detectors and a real video: check, start, frames, flags with pictures."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from analysis.frames import encode_jpeg, open_frame
from analysis.pipeline import Pipeline
from analysis.video import sample_video
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.analysing import analyse
from proctoring.models import Baseline, Evidence, Flag, RiskState
from proctoring.protocol import Outcome
from proctoring.services import event_rules
from proctoring.services.finalising import finalise
from proctoring.services.keeping import read_picture
from tests.proctoring.sittings import make_checking, shift

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scope"),
    pytest.mark.slow,
]

STORY_MINUTES = 65 / 60


def jpegs(clip: Path, fps: float) -> Iterator[tuple[int, bytes]]:
    return ((t_ms, encode_jpeg(image, 75)) for t_ms, image in sample_video(clip, fps))


def look(session: Session, seq: int, t_ms: int, jpeg: bytes) -> Outcome:
    parking.park(session.id, seq, jpeg)
    return analyse(session_id=session.id, seq=seq, t_ms=t_ms, observer=Pipeline.shared()).outcome


def test_the_story_is_flagged_live_with_pictures_and_again_in_the_end(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The frames of the whole clip come when it is over.
    monkeypatch.setattr(event_rules, "BEHIND_MS", 120_000)
    clip = data_dir / "scenarios" / "exam_story.mp4"
    session = make_checking()
    for seq, (_t_ms, jpeg) in enumerate(islice(jpegs(clip, 1), 10), start=1):
        assert look(session, seq, 0, jpeg) == Outcome.CHECKED
    session.refresh_from_db()
    assert (session.state, Baseline.objects.count()) == (SessionState.READY, 1)
    session = shift(services.start_session(session=session, device_info={}), STORY_MINUTES)
    for seq, (t_ms, jpeg) in enumerate(jpegs(clip, 1), start=11):
        assert look(session, seq, t_ms, jpeg) == Outcome.RECORDED
    services.end_session(session=session, to=SessionState.SUBMITTED)
    live = list(Flag.objects.order_by("t_ms").values("id", "rule", "start_ms", "end_ms"))
    by_rule = {flag["rule"]: (flag["start_ms"], flag["end_ms"]) for flag in live}
    assert by_rule["NO_FACE"] == (pytest.approx(14_000, abs=1500), pytest.approx(22_000, abs=3000))
    assert by_rule["MULTIPLE_FACES"] == (pytest.approx(22_000, abs=1500), pytest.approx(31_000, abs=3000))
    assert [flag["rule"] for flag in live if flag["rule"] in ("NO_FACE", "MULTIPLE_FACES")] == [
        "NO_FACE",
        "MULTIPLE_FACES",
    ]
    risk = finalise(session_id=session.id)
    assert list(Flag.objects.order_by("t_ms").values("id", "rule", "start_ms", "end_ms")) == live
    assert (risk.changed_after_late_data, RiskState.objects.get().covered_seconds) == (False, 65)
    for kept in Evidence.objects.select_related("flag"):
        assert open_frame(read_picture(kept)).width_px == kept.width_px
        assert kept.flag.start_ms <= kept.t_ms <= kept.flag.end_ms
    assert {kept.flag.rule for kept in Evidence.objects.all()} >= {"NO_FACE", "MULTIPLE_FACES"}

"""Frames recorded with what the frames before make of them, whatever the order, restart or refusal."""

import uuid
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from accounts.errors import Conflict
from analysis.footage_health import fingerprint
from analysis.observations import Box, Fingerprint
from analysis.observations import Observation as Seen
from analysis.track import UNKNOWN
from exams.models import Session
from exams.states import SessionState
from proctoring import parking, services
from proctoring.analysing import analyse
from proctoring.models import Flag, Observation, PictureSignature, RiskState, SignalState
from proctoring.protocol import Outcome
from proctoring.services import following
from tests.analysis.faces import face
from tests.proctoring.fakes import GreyObserver, picture_of, seen
from tests.proctoring.sittings import make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def picture(number: int) -> Fingerprint:
    rng = np.random.default_rng(number)
    return fingerprint(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8))


def shown(number: int, faces: int = 1) -> Seen:
    return replace(seen(faces, against_baseline=True), fingerprint=picture(number))


def record(session: Session, seq: int, t_ms: int, number: int) -> None:
    assert session.started_at is not None
    following.record_seen(
        session_id=session.id,
        seq=seq,
        t_ms=t_ms,
        seen=shown(number),
        baseline=None,
        now=session.started_at + timedelta(milliseconds=t_ms),
    )


def logged(session: Session, name: str) -> list[object]:
    rows = Observation.objects.filter(session=session, stream="video").order_by("seq")
    return [row.record["v"][name] for row in rows]


def test_a_frozen_picture_becomes_one_flag_without_points() -> None:
    session = make_sitting()
    for second in range(20):
        record(session, second + 1, second * 1000, number=0 if 3 <= second < 15 else second)
    assert logged(session, "frozen") == [3 <= second - 6 < 9 for second in range(20)]
    flag = Flag.objects.get()
    assert (flag.rule, flag.severity, flag.delta_milli, flag.since_ms) == ("FROZEN", "warning", 0, 9000)
    assert RiskState.objects.get(session=session).score_milli == 0


def test_without_a_neutral_pose_no_head_is_turned_away() -> None:
    session = make_sitting()
    assert session.started_at is not None
    for second in range(12):
        turned = replace(seen(1, against_baseline=False), faces=(replace(face(yaw_deg=60.0), score=0.95),))
        following.record_seen(
            session_id=session.id,
            seq=second + 1,
            t_ms=second * 1000,
            seen=replace(turned, fingerprint=picture(second)),
            baseline=None,
            now=session.started_at + timedelta(seconds=second),
        )
    assert (logged(session, "looking_away"), logged(session, "attention")) == ([None] * 12, [None] * 12)
    assert logged(session, "yaw") == [60.0] * 12
    assert not Flag.objects.exists()


def test_a_clock_that_stands_still_hides_no_frozen_picture() -> None:
    session = make_sitting()
    assert session.started_at is not None
    for second in range(60, 70):
        following.record_seen(
            session_id=session.id,
            seq=second,
            t_ms=1000,
            seen=shown(0),
            baseline=None,
            now=session.started_at + timedelta(seconds=second),
        )
    assert logged(session, "frozen") == [False] * 6 + [True] * 4


def test_a_recording_that_is_played_again_becomes_a_flag() -> None:
    """Thirty pictures, four times: found at the second look, two minutes in."""
    session = make_sitting()
    for second in range(126):
        record(session, second + 1, second * 1000, number=second % 30)
    assert logged(session, "looped") == [None] * 60 + [False] * 60 + [True] * 6
    assert [(flag.rule, flag.t_ms) for flag in Flag.objects.all()] == [("LOOPED", 122_000)]


def test_a_turned_head_is_told_by_its_direction() -> None:
    session = make_sitting()
    assert session.started_at is not None
    away = replace(face(yaw_deg=60.0), score=0.95)
    for second in range(25):
        turned = replace(seen(1, against_baseline=True), fingerprint=picture(second))
        following.record_seen(
            session_id=session.id,
            seq=second + 1,
            t_ms=second * 1000,
            seen=replace(turned, faces=(away,)) if 5 <= second < 15 else turned,
            baseline=None,
            now=session.started_at + timedelta(seconds=second),
        )
    flag = Flag.objects.get(rule="LOOKING_AWAY")
    assert flag.explain.endswith(" The head was turned to the person's own left.")


def test_a_poster_is_marked_for_the_slow_look_and_no_second_person() -> None:
    session = make_sitting(minutes_ago=20)
    assert session.started_at is not None
    poster = replace(face(), box_px=Box(20.0, 20.0, 60.0, 80.0))
    for second in range(70):
        candidate = replace(face(), box_px=Box(300.0 + second % 7, 100.0, 150.0, 180.0))
        shown_now = replace(shown(second, faces=2), faces=(candidate, poster))
        following.record_seen(
            session_id=session.id,
            seq=second + 1,
            t_ms=second * 1000,
            seen=shown_now,
            baseline=None,
            now=session.started_at + timedelta(seconds=second),
        )
    assert (logged(session, "face_count")[50], logged(session, "face_count")[-1]) == (2, 1)
    told = following.marked(session_id=session.id, seen=shown_now)
    assert ([one.static for one in told.faces], told.living.faces) == ([False, True], (candidate,))
    flags = {flag.rule: flag.is_open for flag in Flag.objects.all()}
    assert (flags["MULTIPLE_FACES"], flags["STATIC_FACE"]) == (False, True)


def test_without_a_track_nothing_is_marked() -> None:
    assert following.marked(session_id=make_sitting().id, seen=shown(1)) == shown(1)


def test_a_frame_that_comes_again_or_late_changes_nothing() -> None:
    session = make_sitting()
    for second in (0, 1, 3):
        record(session, second + 1, second * 1000, second)
    before = SignalState.objects.get(session=session).track
    record(session, 4, 3000, 9)
    record(session, 3, 2000, 2)
    assert SignalState.objects.get(session=session).track == before
    late = Observation.objects.get(session=session, stream="video", seq=3).record["v"]
    assert {key: late[key] for key in UNKNOWN} == UNKNOWN
    assert (late["face_count"], logged(session, "frozen")) == (1, [False, False, None, False])
    assert list(PictureSignature.objects.order_by("seq").values_list("seq", "t_ms")) == [
        (1, 0),
        (2, 1000),
        (4, 3000),
    ]


def test_a_refused_frame_leaves_no_trace() -> None:
    session = make_sitting()
    session.state = SessionState.READY
    session.save()
    with pytest.raises(Conflict):
        record(session, 1, 0, 1)
    assert not SignalState.objects.exists()
    assert not PictureSignature.objects.exists()


def test_old_pictures_are_forgotten_after_twenty_minutes() -> None:
    session = make_sitting(minutes_ago=40)
    PictureSignature.objects.create(session=session, seq=1, t_ms=1000, luma=picture(1).luma)
    record(session, 2, 1_202_000, 2)
    assert list(PictureSignature.objects.values_list("seq", flat=True)) == [2]


def test_the_end_forgets_the_pictures_and_keeps_the_log() -> None:
    session = make_sitting()
    record(session, 1, 0, 1)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    assert not SignalState.objects.exists()
    assert not PictureSignature.objects.exists()
    assert logged(session, "frozen") == [False]


def test_the_analysis_of_a_frame_follows_it() -> None:
    session = make_sitting()
    parking.park(session.id, 1, picture_of(1))
    done = analyse(session_id=session.id, seq=1, t_ms=599_000, observer=GreyObserver())
    assert done.outcome == Outcome.RECORDED
    assert logged(session, "movement") == [None]
    assert SignalState.objects.get(session=session).track["seq"] == 1


def test_a_session_that_never_began_is_refused() -> None:
    with pytest.raises(RiskState.DoesNotExist):
        following.record_seen(session_id=uuid.uuid4(), seq=1, t_ms=0, seen=shown(1), baseline=None)

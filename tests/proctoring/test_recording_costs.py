"""How many questions a record costs: every candidate's every second asks them."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from analysis.baseline import Baseline
from analysis.footage_health import fingerprint
from analysis.frames import Frame
from analysis.observations import Observation as Seen
from exams.models import Session
from proctoring.models import Observation, RiskState
from proctoring.protocol import FrameMessage
from proctoring.rooms import Room
from proctoring.services import intervening, recording
from proctoring.services.risk import lock_risk, policy_of
from proctoring.tasks import submit_frame
from tests.proctoring.fakes import GreyObserver, picture_of
from tests.proctoring.sittings import DEVICE_KEY, frame, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


class Fingerprints(GreyObserver):
    """Sees what can be followed, too."""

    def observe(self, frame: Frame, baseline: Baseline | None = None) -> Seen:
        return replace(super().observe(frame, baseline), fingerprint=fingerprint(frame.image))


def fingerprints() -> Fingerprints:
    return Fingerprints()


def submitted(session: Session, seq: int) -> None:
    room = Room(session.id, DEVICE_KEY)
    shown = FrameMessage(seq, 100 * seq, picture_of(1))
    assert submit_frame(room=room, frame=shown, channel="nobody") is None


def heard(session: Session, stream: Any, seq: int) -> None:
    recording.record_sample(
        session_id=session.id, stream=stream, seq=seq, t_ms=1000 * seq, signals={"speech": 0.1}
    )


def test_a_frame(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = make_sitting()
    for seq in range(1, 5):
        frame(session, seq, seq * 1000)
    # Two for the transaction in the test's own; the risk's row, the session, the row of the frame, what waits
    # for the fold, what was folded, the risk's row again.
    with django_assert_num_queries(8):
        frame(session, 5, 5000)
    assert RiskState.objects.get().frames_recorded == 5
    assert list(Observation.objects.order_by("seq").values_list("is_released", flat=True)) == [
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("seq", "questions"), [(1, 12), (2, 11), (30, 12), (31, 12)])
def test_the_whole_road_of_a_picture(
    settings: Any, django_assert_num_queries: DjangoAssertNumQueries, seq: int, questions: int
) -> None:
    """From the socket to the answer: what grows with the sitting would show in the last of them."""
    settings.FRAME_OBSERVER = "tests.proctoring.test_recording_costs.fingerprints"
    session = make_sitting(minutes_ago=0)
    for earlier in range(1, seq):
        submitted(session, earlier)
    # The session, who consents, the exam and the person; in the worker the session with its exam and what is
    # normal for the person; two for the transaction; the risk's row, the session, the picture's signature,
    # the row of the picture, what waits for the fold, [what was folded,] the risk's row and the track. With
    # the first picture the track is made.
    with django_assert_num_queries(questions):
        submitted(session, seq)
    assert RiskState.objects.get().frames_recorded == seq


@pytest.mark.parametrize("stream", ["audio", "objects"])
def test_a_second_of_sound_or_a_close_look(
    django_assert_num_queries: DjangoAssertNumQueries, stream: str
) -> None:
    session = make_sitting()
    for seq in range(1, 5):
        heard(session, stream, seq)
    # Two for the transaction; the risk's row, the session; whether the number is known, and which is the
    # newest; the row, what waits for the fold, what was folded, the risk's row again.
    with django_assert_num_queries(10):
        heard(session, stream, 5)


def test_a_note(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = make_sitting()
    intervening.note_by_hand(session=session, text="Asked for a pen.", actor=None)
    # Two for the transaction in the test's own; the risk's row and the session; how many notes there are and
    # the newest remark; the row; who waits for the fold; the risk's row again; three for the audit log.
    with django_assert_num_queries(12):
        intervening.note_by_hand(session=session, text="Asked for a pen.", actor=None)
    notes = Observation.objects.filter(record__ev="note").order_by("seq")
    assert [note.record["detail"]["number"] for note in notes] == [1, 2]


def test_a_policy_that_is_known_is_not_read_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_sitting()
    policy = policy_of(RiskState.objects.get())
    with django_assert_num_queries(1):
        locked = lock_risk(session.id)
        assert policy_of(locked) is policy
    assert policy.sha256 == locked.policy_sha256

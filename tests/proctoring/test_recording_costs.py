"""How many questions a record costs: every candidate's every second asks them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from proctoring.models import Observation, RiskState
from proctoring.services import intervening
from proctoring.services.risk import lock_risk, policy_of
from tests.proctoring.sittings import frame, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def test_a_frame(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = make_sitting()
    for seq in range(1, 5):
        frame(session, seq, seq * 1000)
    # Two for the transaction in the test's own; the risk's row, the session, the row of the frame, whether
    # its second is covered, what waits for the fold, what was folded, the risk's row again, whether a flag is
    # open.
    with django_assert_num_queries(10):
        frame(session, 5, 5000)
    assert RiskState.objects.get().frames_recorded == 5
    assert list(Observation.objects.order_by("seq").values_list("is_released", flat=True)) == [
        True, True, True, False, False,
    ]  # fmt: skip


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

"""The one table of transitions, each pair of states."""

import itertools

import pytest

from accounts.errors import Conflict
from exams.states import BEFORE_START, ENDED, UNDER_WAY, SessionState, check_transition

S = SessionState
LEGAL = {
    (S.INVITED, S.CHECKING),
    (S.INVITED, S.CANCELLED),
    (S.CHECKING, S.READY),
    (S.CHECKING, S.RUNNING),
    (S.CHECKING, S.CANCELLED),
    (S.READY, S.CHECKING),
    (S.READY, S.RUNNING),
    (S.READY, S.CANCELLED),
    (S.RUNNING, S.PAUSED),
    (S.RUNNING, S.SUBMITTED),
    (S.RUNNING, S.EXPIRED),
    (S.RUNNING, S.TERMINATED),
    (S.PAUSED, S.RUNNING),
    (S.PAUSED, S.SUBMITTED),
    (S.PAUSED, S.EXPIRED),
    (S.PAUSED, S.TERMINATED),
}


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(SessionState, repeat=2)))
def test_each_pair(current: SessionState, wanted: SessionState) -> None:
    if (current, wanted) in LEGAL:
        check_transition(current, wanted)
        return
    with pytest.raises(Conflict) as refused:
        check_transition(current, wanted)
    assert (refused.value.code, refused.value.field) == ("illegal_transition", "state")


def test_every_state_is_before_the_start_under_way_or_ended() -> None:
    assert sorted([*BEFORE_START, *UNDER_WAY, *ENDED]) == sorted(SessionState)

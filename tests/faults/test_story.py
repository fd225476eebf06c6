"""The story's expectation against the engine that judges it, on a day on which nothing breaks."""

import pytest

from analysis.risk.library import DEFAULT_POLICY, load_policy
from analysis.risk.log import Record
from analysis.risk.result import replay
from tests.faults.story import Expected, story


@pytest.mark.parametrize("seed", range(20))
def test_the_default_policy_raises_what_the_story_expects(seed: int) -> None:
    told = story(seed, seconds=40)
    records = [Record("browser", said.seq, said.at_ms, event=said.name, n=1) for said in told.events]
    result = replay(records, load_policy(DEFAULT_POLICY), "sitting", told.lasts_ms + 5000)
    assert sorted(Expected(flag.rule, flag.since_ms) for flag in result.flags) == sorted(told.flags)


def test_the_same_seed_tells_the_same_story() -> None:
    assert story(7, seconds=20) == story(7, seconds=20)
    assert story(7, seconds=20) != story(8, seconds=20)


def test_a_story_numbers_its_events_and_holds_flags_of_several_kinds() -> None:
    told = story(3, seconds=40)
    assert [said.seq for said in told.events] == list(range(1, len(told.events) + 1))
    assert [said.at_ms for said in told.events] == sorted(said.at_ms for said in told.events)
    assert len({flag.rule for flag in told.flags}) >= 5

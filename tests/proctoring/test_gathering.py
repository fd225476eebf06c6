"""What many bring at once is worked on together, and each gets its own answer."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

import pytest

from proctoring.gathering import Gatherer, NotDone, PerLoop

scope: ContextVar[str] = ContextVar("scope", default="nobody's")


class Doubling:
    """Doubles numbers, keeps what it got, and fails on what is none."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.scopes: set[str] = set()

    def __call__(self, brought: Sequence[int]) -> Sequence[int]:
        self.calls.append(list(brought))
        self.scopes.add(scope.get())
        return [2 * int(number) for number in brought]


def gatherer(work: Doubling, most: int = 10) -> Gatherer[int, int]:
    return Gatherer(work, wait_s=0.001, most=most)


async def test_what_comes_together_is_done_together_in_its_order() -> None:
    work = Doubling()
    gathered = gatherer(work)
    assert await asyncio.gather(*(gathered.bring(number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert work.calls == [[0, 1, 2, 3, 4]]
    assert await gathered.bring(7) == 14
    assert work.calls == [[0, 1, 2, 3, 4], [7]]


async def test_more_than_fit_wait_for_the_next_turn() -> None:
    work = Doubling()
    gathered = gatherer(work, most=2)
    assert await asyncio.gather(*(gathered.bring(number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert work.calls == [[0, 1], [2, 3], [4]]


async def test_a_failure_is_told_to_all_whom_it_concerns_and_the_next_turn_goes_on() -> None:
    work = Doubling()
    gathered: Gatherer[int | str, int] = Gatherer(work, wait_s=0.001, most=2)  # type: ignore[arg-type]
    brought = (gathered.bring(one) for one in (1, "none", 3))
    answers = await asyncio.gather(*brought, return_exceptions=True)
    assert [type(answer) for answer in answers] == [NotDone, NotDone, int]
    assert answers[2] == 6


async def test_whoever_goes_away_harms_nobody() -> None:
    work = Doubling()
    gathered = gatherer(work)
    gone = asyncio.create_task(gathered.bring(1))
    stays = asyncio.create_task(gathered.bring(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert work.calls == [[1, 2]]


async def test_whoever_wants_no_answer_waits_for_none() -> None:
    work = Doubling()
    gathered: Gatherer[int | str, int] = Gatherer(work, wait_s=0.001, most=2)  # type: ignore[arg-type]
    gathered.leave("none")
    gathered.leave(1)
    assert work.calls == []
    # It fails with the first, and nobody asks why.
    assert await gathered.bring(3) == 6
    assert work.calls == [["none", 1], [3]]


async def test_the_work_runs_in_nobodys_scope() -> None:
    work = Doubling()
    scope.set("the first one's")
    assert await gatherer(work).bring(1) == 2
    assert work.scopes == {"nobody's"}


def test_each_loop_has_its_own() -> None:
    work = Doubling()
    per_loop = PerLoop(lambda: gatherer(work))

    async def bring(number: int) -> int:
        assert per_loop.here() is per_loop.here()
        return await per_loop.here().bring(number)

    assert [asyncio.run(bring(number)) for number in (1, 2)] == [2, 4]

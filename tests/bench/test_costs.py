"""Medians and percentiles of single calls, and of the parts of a call."""

from tests.bench.costs import Cost, Meter, percentile95


def test_medians_and_percentiles_leave_the_first_calls_out() -> None:
    meter = Meter(processor_ms=[900.0, *map(float, range(101, 0, -1))], wall_ms=[900.0, *[7.0] * 101])
    assert meter.cost(warm_up=1) == Cost(101, 51.0, 96.0, 7.0, 7.0)
    assert percentile95([1.234]) == 1.234


def test_a_call_is_timed_and_answers() -> None:
    meter = Meter()
    told = [meter.time(lambda number=number: sum(range(number))) for number in (3, 100_000)]
    assert told == [3, 4999950000]
    assert len(meter.processor_ms) == len(meter.wall_ms) == 2
    assert meter.wall_ms[1] > meter.wall_ms[0] >= 0


def test_the_time_of_a_call_is_shared_by_its_parts() -> None:
    whole, parts = Meter(), Meter(parts=4)
    whole.processor_ms, parts.processor_ms = [8.0], [2.0]
    assert whole.total_ms == parts.total_ms == 8.0

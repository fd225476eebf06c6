"""The percentiles that are printed, and frames that nobody was told of."""

from tests.bench.live import LiveDelay, _delay
from tests.bench.visitors import Latencies


def test_percentiles_of_what_the_console_was_told() -> None:
    told = [float(milliseconds) for milliseconds in range(1, 102)]
    assert _delay(5, 110, told) == LiveDelay(5, 110, 101, 51.0, 96.0)


def test_too_few_answers_give_no_percentiles() -> None:
    assert _delay(1, 30, [4.0]) == LiveDelay(1, 30, 1, None, None)


def test_a_frame_is_counted_once_and_only_if_it_was_sent() -> None:
    latencies = Latencies()
    latencies.sent("a", 1000)
    latencies.told("b", 1000)
    latencies.told("a", 1000)
    latencies.told("a", 1000)
    assert len(latencies.told_after_ms) == 1
    assert 0 <= latencies.told_after_ms[0] < 1000

"""What many programs' answers come to, and that a server of the production profile answers them."""

import pytest

from tests.bench.requests import CALLS, PAUSES_S, Answered, Answers, measure_requests, summary


def test_percentiles_and_refusals_are_counted() -> None:
    answered = [Answered(200 if took_ms <= 99 else 503, float(took_ms)) for took_ms in range(100, 0, -1)]
    assert summary(answered, 50, 1.0, 4.0) == Answers(50, 1.0, 100, 1, 25.0, 51.0, 96.0, 100.0)
    assert summary([Answered(200, 7.04)], 1, 0.0, 1.0) == Answers(1, 0.0, 1, 0, 1.0, 7.0, 7.0, 7.0)


@pytest.mark.slow
@pytest.mark.embedded_only
def test_every_call_is_answered_and_none_refused() -> None:
    measured = measure_requests(clients=2, seconds=1.0)
    assert list(measured) == [call.name for call in CALLS]
    for answers in measured.values():
        assert [one.pause_s for one in answers] == list(PAUSES_S)
        assert {(one.clients, one.refused) for one in answers} == {(2, 0)}
        assert all(0 < one.p50_ms <= one.p95_ms <= one.p99_ms for one in answers)

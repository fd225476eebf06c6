"""One frame in flight, the newest waits; floods run dry."""

from proctoring.inflight import Admission, Bucket, InFlight
from proctoring.protocol import FrameMessage


def frame(seq: int) -> FrameMessage:
    return FrameMessage(seq, seq * 1000, b"jpeg")


def test_one_starts_and_the_newest_of_the_others_waits() -> None:
    flight = InFlight()
    assert flight.offer(frame(1)) == Admission(start=frame(1))
    assert flight.offer(frame(2)) == Admission()
    assert flight.offer(frame(3)) == Admission(dropped_seq=2)
    assert flight.next() is None
    assert flight.release(1) is True
    assert flight.next() == frame(3)
    assert (flight.current_seq, flight.next()) == (3, None)


def test_an_answer_that_comes_too_late_frees_nothing() -> None:
    flight = InFlight()
    flight.offer(frame(1))
    assert flight.release(1) is True
    flight.offer(frame(2))
    assert (flight.release(1), flight.current_seq) == (False, 2)


def test_numbers_that_run_back_are_stale() -> None:
    flight = InFlight()
    flight.offer(frame(5))
    assert flight.offer(frame(5)) == Admission(stale=True)
    assert flight.offer(frame(4)) == Admission(stale=True)


def test_a_bucket_allows_a_burst_and_then_a_rate() -> None:
    bucket = Bucket(burst=3, per_s=2, now_s=100)
    assert [bucket.take(100) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(100.5), bucket.take(100.5)] == [True, False]
    assert [bucket.take(200) for _ in range(4)] == [True, True, True, False]

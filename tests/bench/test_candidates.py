"""From metered calls to candidates a core."""

from tests.bench.candidates import Loop, Share


def test_candidates_are_what_seventy_percent_of_a_core_carries() -> None:
    loop = Loop()
    loop["frames"].processor_ms = [8.0] * 20
    loop["objects"].processor_ms = [40.0] * 4
    capacity = loop.capacity(2, 10)
    assert capacity.shares == {"frames": Share(1.0, 8.0, 8.0), "objects": Share(0.2, 40.0, 8.0)}
    assert (capacity.ms_a_second, capacity.at_load) == (16.0, 43.8)

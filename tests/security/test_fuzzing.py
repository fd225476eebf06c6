"""The nonsense is the same for the same seed, and nothing but refusals comes of it."""

import pytest

from tests.security.fuzzing import TARGETS, fuzz


@pytest.mark.parametrize("what", TARGETS)
def test_nonsense_is_refused_or_taken_and_breaks_nothing(what: str) -> None:
    found = fuzz(what, seed=7, for_s=0.5)
    assert found.faults == ()
    assert found.tries == found.refused + found.taken > 20
    assert found.refused > 0


def test_what_breaks_is_named_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(chance: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setitem(TARGETS, "planted", breaks)
    found = fuzz("planted", seed=3, for_s=0)
    assert found.faults == ("planted, seed 3, try 1: ZeroDivisionError('planted')",)
    assert (found.tries, found.refused, found.taken) == (1, 0, 0)

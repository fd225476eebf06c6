"""Which flags are looked at together."""

import uuid
from dataclasses import dataclass
from random import Random

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from proctoring.moments import LONGEST_MS, NEAR_MS, bundled, moments_of
from proctoring.queries import FlagRow, VerdictRow


@dataclass(frozen=True, slots=True)
class Span:
    id: uuid.UUID
    since_ms: int
    t_ms: int
    end_ms: int | None


def span(number: int, since_ms: int, end_ms: int | None = None, t_ms: int | None = None) -> Span:
    return Span(uuid.UUID(int=number), since_ms, since_ms if t_ms is None else t_ms, end_ms)


def numbers(found: list[tuple[Span, ...]]) -> list[list[int]]:
    return [[one.id.int for one in moment] for moment in found]


@pytest.mark.parametrize(
    ("second_since_ms", "together"),
    [(5_000, True), (10_000, True), (10_000 + NEAR_MS, True), (10_001 + NEAR_MS, False)],
)
def test_what_overlaps_or_nearly_touches_is_one_moment(second_since_ms: int, together: bool) -> None:
    found = bundled([span(1, 0, 10_000), span(2, second_since_ms)])

    assert numbers(found) == ([[1, 2]] if together else [[1], [2]])


def test_a_short_flag_inside_a_long_one_does_not_end_it() -> None:
    assert numbers(bundled([span(1, 0, 60_000), span(2, 1_000, 2_000), span(3, 50_000)])) == [[1, 2, 3]]


def test_a_flag_that_fired_late_lasted_until_then() -> None:
    assert numbers(bundled([span(1, 0, t_ms=20_000), span(2, 24_000)])) == [[1, 2]]


def test_a_chain_of_flags_does_not_become_the_whole_exam() -> None:
    every_4_s = [span(number, number * 4_000) for number in range(100)]

    found = bundled(every_4_s)

    assert [one[-1].since_ms - one[0].since_ms for one in found[:-1]] == [LONGEST_MS] * 3
    assert sum(len(one) for one in found) == 100


def test_nothing_is_no_moment() -> None:
    assert bundled([]) == []


spans = st.lists(
    st.builds(
        lambda number, since_ms, lasts_ms: span(number, since_ms, since_ms + lasts_ms),
        st.integers(0, 2**64),
        st.integers(0, 600_000),
        st.integers(0, 90_000),
    ),
    unique_by=lambda one: one.id,
    max_size=30,
)


@given(spans, st.integers())
def test_each_flag_is_in_one_moment_whatever_the_order(listed: list[Span], seed: int) -> None:
    shuffled = listed[:]
    Random(seed).shuffle(shuffled)

    found = bundled(shuffled)

    assert found == bundled(listed)
    assert sorted(one.id for moment in found for one in moment) == sorted(one.id for one in listed)
    assert all(moment[-1].since_ms - moment[0].since_ms <= LONGEST_MS for moment in found)


def row(number: int, since_ms: int, *, verdict: VerdictRow | None = None, **changes: object) -> FlagRow:
    fields: dict[str, object] = {
        "id": uuid.UUID(int=number),
        "session_id": uuid.UUID(int=0),
        "rule": "NO_FACE",
        "label": "No face seen",
        "explain": "",
        "severity": "info",
        "since_ms": since_ms,
        "t_ms": since_ms,
        "end_ms": since_ms + 2_000,
        "is_open": False,
        "in_final": True,
        "confidence": None,
        "delta_milli": 0,
        "score_milli": 0,
        "has_evidence": False,
        "evidence_t_ms": None,
        "verdict": verdict,
    }
    return FlagRow(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_moment_tells_what_a_person_asks_first() -> None:
    given = VerdictRow("dismissed", "Dismissed", "A pen.", "Alice", timezone.now())
    rows = [
        row(1, 10_000, verdict=given),
        row(2, 12_000, severity="critical", label="Two faces"),
        row(3, 13_000),
        row(4, 13_500, in_final=False),
    ]

    (moment,) = moments_of(rows)

    assert (moment.id, moment.since_ms, moment.until_ms, moment.lasted_ms) == (
        uuid.UUID(int=1),
        10_000,
        15_000,
        5_000,
    )
    assert (moment.severity, moment.labels) == ("critical", ("No face seen", "Two faces"))
    assert [flag.id.int for flag in moment.waiting] == [2, 3]
    assert not moment.is_decided

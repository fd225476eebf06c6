"""Whatever order, batching and duplicates records arrive in, the end says the same."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tenancy import tenant_scope
from exams.models import Session
from exams.states import SessionState
from proctoring import services
from proctoring.models import Flag, Observation, RiskState
from proctoring.protocol import BrowserEvent
from proctoring.services.finalising import finalise
from tests.conftest import Person
from tests.proctoring.sittings import events, frame, make_sitting

pytestmark = pytest.mark.django_db

FACES = [1] * 4 + [0] * 6 + [1] * 4 + [2] * 8 + [1] * 5
EVENTS = [
    BrowserEvent(1, 2500, "tab_hidden", 1),
    BrowserEvent(2, 5200, "tab_visible", 1, (("duration_ms", 2700),)),
    BrowserEvent(3, 11_100, "copy", 1),
    BrowserEvent(4, 21_900, "paste", 2, (("length", 40),)),
]


def deliver(session: Session, rng: random.Random, disorder_ms: int) -> None:
    """Everything at least once, each up to `disorder_ms` out of step."""
    due: list[tuple[float, Any]] = [(second * 1000.0, second) for second in range(len(FACES))]
    due += [(float(event.t_ms), event) for event in EVENTS]
    due += rng.sample(due, len(due) // 3)
    for _at_ms, item in sorted(due, key=lambda one: one[0] + rng.uniform(0, disorder_ms)):
        if isinstance(item, BrowserEvent):
            events(session, item)
        else:
            frame(session, item + 1, item * 1000, FACES[item])


def verdict_of(session: Session) -> tuple[Any, ...]:
    flags = Flag.objects.filter(session=session, in_final=True).order_by("t_ms", "rule")
    return tuple(flags.values_list("rule", "since_ms", "t_ms", "start_ms", "end_ms", "score_milli"))


def sit(disorder_ms: int, seed: int) -> tuple[Session, RiskState]:
    session = make_sitting(minutes_ago=len(FACES) / 60)
    deliver(session, random.Random(seed), disorder_ms)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    return session, finalise(session_id=session.id)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), disorder_ms=st.sampled_from([0, 900, 1900, 8000]))
def test_the_final_result_does_not_depend_on_arrival(alice: Person, seed: int, disorder_ms: int) -> None:
    with tenant_scope(alice.institution.id):
        plain, _risk = sit(0, 1)
        shuffled, risk = sit(disorder_ms, seed)
        assert Observation.objects.filter(session=shuffled).count() == len(FACES) + len(EVENTS)
        assert verdict_of(shuffled) == verdict_of(plain)
        assert [row[0] for row in verdict_of(plain)] == [
            "TAB_HIDDEN",
            "NO_FACE",
            "COPY",
            "MULTIPLE_FACES",
            "PASTE",
        ]
        if disorder_ms < 2000:
            # Within the two seconds that the fold holds back, nothing is late and live was right already.
            assert not Observation.objects.filter(session=shuffled, is_late=True).exists()
            assert (risk.changed_after_late_data, shuffled.flags.exclude(in_final=True).count()) == (False, 0)

"""On a real Redis: institutions take turns, each one's newest frame goes first, nothing is taken twice."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import override_settings

from accounts.services import register_institution
from accounts.tenancy import tenant_scope
from proctoring import parking
from proctoring.frame_turns import AtOnce, FrameOrder, InTurn, configured_turns
from proctoring.models import Observation
from proctoring.tasks import analyse_next
from tests.proctoring.fakes import picture_of
from tests.proctoring.sittings import make_sitting
from tests.services.redis_server import redis_server

NORTH, SOUTH = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
SITTING = str(uuid.UUID(int=7))


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def turns(redis_url: str, request: pytest.FixtureRequest) -> Iterator[InTurn]:
    # A database of its own for each test.
    place = hash(request.node.name) % 16
    frames = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"{redis_url}/{place}"}
    with override_settings(CACHES={"default": frames, "frames": frames}):
        made = InTurn()
        made._redis.flushdb()
        yield made
        made._redis.close()


def order(institution: str, seq: int) -> FrameOrder:
    return FrameOrder(institution, SITTING, seq, 1000 * seq, "room.1")


def taken(turns: InTurn, count: int) -> list[tuple[str, int]]:
    orders = [turns.take(f"message {number}") for number in range(count)]
    return [(found.institution_id, found.seq) for found in orders if found is not None]


def test_who_sends_ten_times_as_much_waits_for_those_who_do_not(turns: InTurn) -> None:
    for seq in range(1, 11):
        assert turns.put(order(NORTH, seq), within_s=10)
    turns.put(order(SOUTH, 1), within_s=10)
    assert taken(turns, 4) == [(NORTH, 10), (SOUTH, 1), (NORTH, 9), (NORTH, 8)]
    turns.put(order(SOUTH, 2), within_s=10)
    turns.put(order(SOUTH, 3), within_s=10)
    after = [turns.take(f"later {number}") for number in range(4)]
    assert [(one.institution_id, one.seq) for one in after if one] == [
        (NORTH, 7),
        (SOUTH, 3),
        (NORTH, 6),
        (SOUTH, 2),
    ]


def test_an_order_comes_back_whole_and_only_once(turns: InTurn) -> None:
    turns.put(order(NORTH, 1), within_s=10)
    assert turns.take("one") == order(NORTH, 1)
    assert turns.take("other") is None


def test_a_message_that_comes_again_after_a_dead_worker_takes_the_same_frame(turns: InTurn) -> None:
    turns.put(order(NORTH, 1), within_s=10)
    turns.put(order(NORTH, 2), within_s=10)
    assert turns.take("one") == order(NORTH, 2)
    assert turns.take("one") == order(NORTH, 2)
    assert turns.take("other") == order(NORTH, 1)


def test_what_was_given_up_is_looked_at_by_nobody(turns: InTurn) -> None:
    turns.put(order(NORTH, 1), within_s=-1)
    turns.put(order(NORTH, 2), within_s=-1)
    turns.put(order(SOUTH, 1), within_s=10)
    assert taken(turns, 3) == [(SOUTH, 1)]
    turns.put(order(NORTH, 3), within_s=10)
    assert turns.take("again") == order(NORTH, 3)


def test_where_tasks_run_in_the_callers_thread_nothing_waits() -> None:
    assert AtOnce().put(order(NORTH, 1), within_s=10) is False
    assert AtOnce().take("one") is None


@pytest.mark.django_db
@override_settings(
    FRAME_TURNS="tests.proctoring.test_frame_turns.OneWaits",
    FRAME_OBSERVER="tests.proctoring.fakes.grey_observer",
)
def test_a_frame_is_looked_at_in_the_scope_of_its_own_institution() -> None:
    sender, other = (
        register_institution(name=name, email=f"{name}@example.com", password="correct horse battery")
        for name in ("Sender", "Other")
    )
    with tenant_scope(other.institution_id):
        session = make_sitting(minutes_ago=0)
        parking.park(session.id, 1, picture_of(1))
    waiting = configured_turns()
    assert isinstance(waiting, OneWaits)
    waiting.order = replace(order(str(other.institution_id), 1), session_id=str(session.id), t_ms=0)
    with tenant_scope(sender.institution_id):
        analyse_next.apply_async()
        analyse_next.apply_async()
    with tenant_scope(other.institution_id):
        assert Observation.objects.filter(session=session, stream="video").count() == 1


class OneWaits(AtOnce):
    """An order that somebody else has put there."""

    order: FrameOrder | None = None

    def take(self, message_id: str) -> FrameOrder | None:
        taken, self.order = self.order, None
        return taken

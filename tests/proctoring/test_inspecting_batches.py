"""Several candidates' frames are looked at together, and each is told only what its own frame showed."""

import logging
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring import inspecting, parking
from proctoring.inspecting import Inspected, Inspection
from proctoring.inspecting_batches import Order, inspect
from proctoring.models import Observation
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.fakes import GreyObserver, picture_of, seen
from tests.proctoring.sittings import make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_observer")]


class Counting:
    """Says how many faces a frame has; fails where it sees three, alone or together."""

    asked: ClassVar[list[int]] = []

    def __call__(self, inspection: Inspection, memory: Any) -> Inspected:
        return self.together([(inspection, memory)])[0]

    def together(self, looks: Sequence[tuple[Inspection, Any]]) -> list[Inspected]:
        self.asked.append(len(looks))
        counts = [inspection.seen.face_count for inspection, _ in looks]
        if 3 in counts:
            raise RuntimeError("three are too many")
        return [Inspected({"faces": count}, count) for count in counts]


counting = Counting()


def alone(inspection: Inspection, memory: Any) -> Inspected:
    """Asks the database, and so needs the institution of each frame."""
    session = Session.objects.get(id=inspection.session_id)
    return Inspected({"candidate": session.candidate.name})


@pytest.fixture(autouse=True)
def inspectors(settings: Any) -> None:
    settings.INSPECTORS = {
        "require_full_screen": "tests.proctoring.test_inspecting_batches.counting",
        "watch_objects": "tests.proctoring.test_inspecting_batches.alone",
    }
    Counting.asked = []


def ordered(person: Person, jpeg: bytes, *, name: str = "Dana", seq: int = 1) -> Order:
    with tenant_scope(person.institution.id):
        exam = make_exam(require_full_screen=True, watch_objects=True)
        session = make_sitting(exam, minutes_ago=0, name=name)
        assert inspecting.claim(session, 0, {"face_count": 1})
    return order_for(person, session, jpeg, seq)


def order_for(person: Person, session: Session, jpeg: bytes, seq: int) -> Order:
    return Order(
        institution_id=str(person.institution.id),
        session_id=session.id,
        seq=seq,
        t_ms=seq * 1000,
        key=parking.park(session.id, seq, jpeg),
    )


def told(person: Person) -> list[dict[str, Any]]:
    with tenant_scope(person.institution.id):
        records = Observation.objects.filter(stream="objects").order_by("seq")
        return [record["v"] for record in records.values_list("record", flat=True)]


def free_again(order: Order) -> bool:
    return inspecting._claim_flight(order.session_id)


def test_two_institutions_frames_are_shown_at_once_and_answered_apart(alice: Person, charlie: Person) -> None:
    orders = [ordered(alice, picture_of(2), name="Ann"), ordered(charlie, picture_of(1), name="Cem")]
    inspect(orders, GreyObserver())
    assert told(alice) == [{"faces": 2, "candidate": "Ann"}]
    assert told(charlie) == [{"faces": 1, "candidate": "Cem"}]
    assert Counting.asked == [2]
    assert all(free_again(order) for order in orders)


@pytest.mark.parametrize("broken", [b"\xff\xd8\xff no picture", picture_of(6)])
def test_a_frame_that_cannot_be_opened_hurts_only_itself(
    alice: Person, charlie: Person, broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    orders = [ordered(alice, broken), ordered(charlie, picture_of(1))]
    with caplog.at_level(logging.ERROR):
        inspect(orders, GreyObserver())
    assert (told(alice), len(told(charlie))) == ([], 1)
    assert caplog.messages == [f"frame 1 of session {orders[0].session_id} could not be inspected"]
    assert all(free_again(order) for order in orders)


def test_where_they_fail_together_each_is_asked_alone(alice: Person, charlie: Person) -> None:
    orders = [ordered(alice, picture_of(3), name="Ann"), ordered(charlie, picture_of(1), name="Cem")]
    inspect(orders, GreyObserver())
    assert told(alice) == [{"candidate": "Ann"}]
    assert told(charlie) == [{"faces": 1, "candidate": "Cem"}]
    assert Counting.asked == [2, 1, 1]


def test_a_session_that_is_gone_hurts_only_itself(alice: Person, charlie: Person) -> None:
    orders = [ordered(alice, picture_of(1)), ordered(charlie, picture_of(1))]
    with tenant_scope(alice.institution.id):
        Session.objects.filter(id=orders[0].session_id).delete()
    inspect(orders, GreyObserver())
    assert len(told(charlie)) == 1


def test_two_frames_of_one_candidate_are_looked_at_one_after_the_other(alice: Person) -> None:
    first = ordered(alice, picture_of(1))
    with tenant_scope(alice.institution.id):
        session = Session.objects.get(id=first.session_id)
    inspect([first, order_for(alice, session, picture_of(2), 2)], GreyObserver())
    assert [record["faces"] for record in told(alice)] == [1, 2]
    assert Counting.asked == [1, 1]


def test_what_the_frame_path_saw_is_not_measured_again(alice: Person) -> None:
    order = ordered(alice, picture_of(1))
    parking.park_seen(order.session_id, order.seq, seen(4))
    inspect([order], GreyObserver())
    assert told(alice)[0]["faces"] == 4
    assert parking.take_seen(order.session_id, order.seq) is None

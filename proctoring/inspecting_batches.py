"""Ordered looks at parked frames, several candidates' at once where the worker collects them.

Whatever fails, of a frame or of an inspector, fails for that frame alone: the others get their answers.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.errors import DomainError
from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring import inspecting, parking
from proctoring.inspecting import BatchInspector, Inspected, Inspection, Inspector, Looked, Memory
from proctoring.rounds import rounds
from proctoring.services import recording
from proctoring.services.checking import normal_of

if TYPE_CHECKING:
    from analysis.observations import Scalar
    from proctoring.analysing import Observer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A parked frame that is to be looked at closely; `checking` is one of the camera check.

    The exam may have begun meanwhile: what was seen before it is none of its records.
    """

    institution_id: str
    session_id: uuid.UUID
    seq: int
    t_ms: int
    key: str
    checking: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An order with its picture, and the switches of the inspectors that look at it."""

    order: Order
    inspection: Inspection
    memory: Memory
    switches: Sequence[str]


def inspect(orders: Sequence[Order], observer: "Observer") -> None:
    """Look at parked frames; what was seen becomes one record of `objects` under each frame's number."""
    # A later look at a candidate needs what the one before remembered.
    for round_of in rounds(orders, lambda order: order.session_id):
        opened = [one for order in round_of if (one := _try_opening(order, observer)) is not None]
        for one, looked in zip(opened, _look(opened), strict=True):
            _keep(one, looked)
        for order in round_of:
            inspecting.release(order.session_id)


def _try_opening(order: Order, observer: "Observer") -> Opened | None:
    try:
        with tenant_scope(order.institution_id):
            return _opened(order, observer)
    except Exception:
        logger.exception("frame %s of session %s could not be inspected", order.seq, order.session_id)
        return None


def _opened(order: Order, observer: "Observer") -> Opened | None:
    from analysis.frames import Frame, open_frame

    jpeg = parking.fetch(order.key)
    if jpeg is None:
        return None
    session = Session.objects.select_related("exam", "baseline").get(id=order.session_id)
    if order.checking:
        parking.drop(order.session_id, order.seq)
    frame: Frame = open_frame(jpeg)
    seen = parking.take_seen(order.session_id, order.seq)
    inspection = Inspection(
        session_id=order.session_id,
        seq=order.seq,
        t_ms=order.t_ms,
        frame=frame,
        seen=seen or observer.observe(frame, normal_of(session)),
        checking=order.checking,
    )
    memory = inspecting.memory_of(order.session_id)
    return Opened(order, inspection, memory, inspecting.switched_on(session.watched))


def _look(opened: Sequence[Opened]) -> list[Looked]:
    told: list[dict[str, Inspected]] = [{} for _ in opened]
    for switch, inspector in inspecting.all_inspectors().items():
        places = [place for place, one in enumerate(opened) if switch in one.switches]
        answers = _ask(switch, inspector, [opened[place] for place in places])
        for place, inspected in zip(places, answers, strict=True):
            told[place][switch] = inspected
    return [inspecting.gathered(of_one) for of_one in told]


def _ask(switch: str, inspector: Inspector, opened: Sequence[Opened]) -> Sequence[Inspected]:
    if len(opened) > 1 and isinstance(inspector, BatchInspector):
        looks = [(one.inspection, one.memory.by_switch.get(switch)) for one in opened]
        try:
            return inspector.together(looks)
        except Exception:
            logger.exception("inspector %s failed on %s frames at once; now each alone", switch, len(opened))
    return [_ask_alone(switch, inspector, one) for one in opened]


def _ask_alone(switch: str, inspector: Inspector, one: Opened) -> Inspected:
    with tenant_scope(one.order.institution_id):
        return inspecting.ask(switch, inspector, one.inspection, one.memory)


def _keep(one: Opened, looked: Looked) -> None:
    order = one.order
    try:
        with tenant_scope(order.institution_id):
            inspecting.remember(order.session_id, looked.memory)
            if looked.signals and not one.inspection.checking:
                _record(order, looked.signals)
    except Exception:
        logger.exception("what frame %s of session %s showed is lost", order.seq, order.session_id)


def _record(order: Order, signals: "Mapping[str, Scalar]") -> None:
    try:
        recording.record_sample(
            session_id=order.session_id, stream="objects", seq=order.seq, t_ms=order.t_ms, signals=signals
        )
    except DomainError as refusal:
        # The session ended while the frame was being looked at.
        logger.info("what was seen on frame %s is not recorded: %s", order.seq, refusal.message)

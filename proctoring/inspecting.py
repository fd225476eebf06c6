"""The slow look at some frames (objects, identity): when, by which inspectors, and what becomes of it.

`INSPECTORS` maps the exam's switch to the dotted path of an inspector. What inspectors remember between looks
lives in the cache; a recording keeps it in the process.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache as once
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from accounts.errors import DomainError
from exams.models import Exam, Session
from exams.states import SessionState
from proctoring import parking
from proctoring.services import recording
from proctoring.services.checking import baseline_of

if TYPE_CHECKING:
    from analysis.frames import Frame
    from analysis.observations import Observation, Scalar
    from proctoring.analysing import Observer

logger = logging.getLogger(__name__)

IN_FLIGHT_S = 15
"""An inspection that has not ended after this long is taken for lost."""
KEPT_S = 4 * 3600
CHECK_EVERY_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One frame to look at closely. `session_id` is None in a recording; `checking` is the camera check."""

    session_id: uuid.UUID | None
    seq: int
    t_ms: int
    frame: "Frame"
    seen: "Observation"
    checking: bool = False


@dataclass(frozen=True, slots=True)
class Inspected:
    """What one inspector says and remembers; `pursue` asks for another look soon."""

    signals: "Mapping[str, Scalar]" = field(default_factory=dict)
    memory: Any = None
    pursue: bool = False


class Inspector(Protocol):
    """Looks at one frame with what it remembered of the last one; an inspector that is off says nothing."""

    def __call__(self, inspection: Inspection, memory: Any) -> Inspected: ...


@dataclass(frozen=True, slots=True)
class Memory:
    """What all inspectors of a session remember, by the switch that turns each on."""

    by_switch: Mapping[str, Any] = field(default_factory=dict)
    pursuing: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    signals: "Mapping[str, Scalar]"
    memory: Memory


def look(inspectors: Mapping[str, Inspector], inspection: Inspection, memory: Memory) -> Looked:
    """Ask every inspector; one that fails leaves its own signals unknown and the others' alone."""
    signals: dict[str, Scalar] = {}
    remembered: dict[str, Any] = {}
    pursuing = False
    for switch, inspector in inspectors.items():
        before = memory.by_switch.get(switch)
        try:
            inspected = inspector(inspection, before)
        except Exception:
            logger.exception("inspector %s failed on frame %s", switch, inspection.seq)
            inspected = Inspected(memory=before)
        signals.update(inspected.signals)
        remembered[switch] = inspected.memory
        pursuing = pursuing or inspected.pursue
    return Looked(signals, Memory(remembered, pursuing))


def all_inspectors() -> dict[str, Inspector]:
    return {switch: _inspector(path) for switch, path in settings.INSPECTORS.items()}


def switched_on(exam: Exam) -> list[str]:
    """The switches of this exam's inspectors; without a camera there is nothing to look at."""
    return [switch for switch in settings.INSPECTORS if exam.watch_webcam and getattr(exam, switch)]


def claim(session: Session, t_ms: int, signals: "Mapping[str, Scalar]") -> bool:
    """Whether this recorded frame is to be inspected now; the caller then orders it or calls `release`."""
    from analysis.inspecting import Watch, due

    if not switched_on(session.exam):
        return False
    watch: Watch = cache.get(_key("watch", session.id)) or Watch()
    decision = due(watch, t_ms, signals, pursuing=_memory(session.id).pursuing)
    taken = decision.due and _claim_flight(session.id)
    remembered = decision.watch_inspected if taken else decision.watch
    cache.set(_key("watch", session.id), remembered, timeout=KEPT_S)
    return taken


def claim_check(session: Session) -> bool:
    """The same during the camera check, where frames have no time yet: one every few seconds."""
    if not switched_on(session.exam) or not cache.add(_key("check", session.id), True, timeout=CHECK_EVERY_S):
        return False
    return _claim_flight(session.id)


def release(session_id: uuid.UUID) -> None:
    cache.delete(_key("flight", session_id))


def inspect(*, session_id: uuid.UUID, seq: int, t_ms: int, key: str, observer: "Observer") -> None:
    """Look at a parked frame; what was seen becomes one record of `objects` under the frame's number."""
    from analysis.frames import Frame, open_frame

    jpeg = parking.fetch(key)
    if jpeg is None:
        return
    session = Session.objects.select_related("exam").get(id=session_id)
    checking = session.state in (SessionState.CHECKING, SessionState.READY)
    frame: Frame = open_frame(jpeg)
    if checking:
        parking.drop(session_id, seq)
    inspection = Inspection(
        session_id=session_id,
        seq=seq,
        t_ms=t_ms,
        frame=frame,
        seen=observer.observe(frame, baseline_of(session_id)),
        checking=checking,
    )
    inspectors = {switch: _inspector(settings.INSPECTORS[switch]) for switch in switched_on(session.exam)}
    looked = look(inspectors, inspection, _memory(session_id))
    cache.set(_key("memory", session_id), looked.memory, timeout=KEPT_S)
    if looked.signals and not checking:
        _record(session_id, seq, t_ms, looked.signals)


def _record(session_id: uuid.UUID, seq: int, t_ms: int, signals: "Mapping[str, Scalar]") -> None:
    try:
        recording.record_sample(session_id=session_id, stream="objects", seq=seq, t_ms=t_ms, signals=signals)
    except DomainError as refusal:
        # The session ended while the frame was being looked at.
        logger.info("what was seen on frame %s is not recorded: %s", seq, refusal.message)


def _memory(session_id: uuid.UUID) -> Memory:
    memory: Memory = cache.get(_key("memory", session_id)) or Memory()
    return memory


def _claim_flight(session_id: uuid.UUID) -> bool:
    return bool(cache.add(_key("flight", session_id), True, timeout=IN_FLIGHT_S))


@once
def _inspector(path: str) -> Inspector:
    inspector: Inspector = import_string(path)
    return inspector


def _key(kind: str, session_id: uuid.UUID) -> str:
    return f"inspect:{kind}:{session_id}"

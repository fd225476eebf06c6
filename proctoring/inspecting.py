"""The slow look at some frames (objects, identity): when, by which inspectors, and what becomes of it.

`INSPECTORS` maps the exam's switch to the dotted path of an inspector. What inspectors remember between looks
lives in the cache; a recording keeps it in the process.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from exams.models import Exam, Session

if TYPE_CHECKING:
    from analysis.frames import Frame
    from analysis.observations import Observation, Scalar

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


@runtime_checkable
class BatchInspector(Protocol):
    """An inspector that looks at frames of several candidates at once; it must not ask the database."""

    def __call__(self, inspection: Inspection, memory: Any) -> Inspected: ...

    def together(self, looks: Sequence[tuple[Inspection, Any]]) -> Sequence[Inspected]:
        """One answer for each frame and what was remembered of the last one."""


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
    """Ask every inspector about one frame."""
    return gathered({switch: ask(switch, one, inspection, memory) for switch, one in inspectors.items()})


def ask(switch: str, inspector: Inspector, inspection: Inspection, memory: Memory) -> Inspected:
    """One that fails leaves its own signals unknown and the others' alone."""
    before = memory.by_switch.get(switch)
    try:
        return inspector(inspection, before)
    except Exception:
        logger.exception("inspector %s failed on frame %s", switch, inspection.seq)
        return Inspected(memory=before)


def gathered(told: Mapping[str, Inspected]) -> Looked:
    """What the inspectors of one frame told, as one."""
    signals: dict[str, Scalar] = {}
    for inspected in told.values():
        signals.update(inspected.signals)
    remembered = {switch: inspected.memory for switch, inspected in told.items()}
    return Looked(signals, Memory(remembered, any(inspected.pursue for inspected in told.values())))


def all_inspectors() -> dict[str, Inspector]:
    return {switch: _inspector(path) for switch, path in settings.INSPECTORS.items()}


def switched_on(exam: Exam) -> list[str]:
    """The switches of this exam's inspectors; without a camera there is nothing to look at."""
    return [switch for switch in settings.INSPECTORS if exam.watch_webcam and getattr(exam, switch)]


def claim(session: Session, t_ms: int, signals: "Mapping[str, Scalar]") -> bool:
    """Whether this recorded frame is to be inspected now; the caller then orders it or calls `release`."""
    from analysis.inspecting import Watch, due

    if not switched_on(session.watched):
        return False
    watch: Watch = cache.get(_key("watch", session.id)) or Watch()
    decision = due(watch, t_ms, signals, pursuing=memory_of(session.id).pursuing)
    taken = decision.due and _claim_flight(session.id)
    remembered = decision.watch_inspected if taken else decision.watch
    cache.set(_key("watch", session.id), remembered, timeout=KEPT_S)
    return taken


def claim_check(session: Session) -> bool:
    """The same during the camera check, where frames have no time yet: one every few seconds."""
    if not switched_on(session.watched) or not cache.add(
        _key("check", session.id), True, timeout=CHECK_EVERY_S
    ):
        return False
    return _claim_flight(session.id)


def release(session_id: uuid.UUID) -> None:
    cache.delete(_key("flight", session_id))


def memory_of(session_id: uuid.UUID) -> Memory:
    memory: Memory = cache.get(_key("memory", session_id)) or Memory()
    return memory


def remember(session_id: uuid.UUID, memory: Memory) -> None:
    cache.set(_key("memory", session_id), memory, timeout=KEPT_S)


def _claim_flight(session_id: uuid.UUID) -> bool:
    return bool(cache.add(_key("flight", session_id), True, timeout=IN_FLIGHT_S))


@once
def _inspector(path: str) -> Inspector:
    inspector: Inspector = import_string(path)
    return inspector


def _key(kind: str, session_id: uuid.UUID) -> str:
    return f"inspect:{kind}:{session_id}"

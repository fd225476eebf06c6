"""Parked windows of sound, several candidates' at once where the worker collects them.

Whatever fails, of a window or of its stream, fails for that window alone: the others are heard.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.tenancy import tenant_scope
from proctoring import hearing
from proctoring.rounds import rounds

if TYPE_CHECKING:
    from analysis.audio.hearing import Ears, Heard, Turn

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A parked window of sound that is to be heard."""

    institution_id: str
    session_id: uuid.UUID
    seq: int
    t_ms: int


@dataclass(frozen=True, slots=True)
class Opened:
    """An order with its sound, and with what its stream remembers."""

    order: Order
    turn: "Turn"


def hear(orders: Sequence[Order]) -> None:
    """Hear parked windows and record what they told; a candidate's own one after the other, by number."""
    ears = hearing.configured_ears()
    in_order = sorted(orders, key=lambda order: order.seq)
    for round_of in rounds(in_order, lambda order: order.session_id):
        opened = [one for order in round_of if (one := _try_opening(order)) is not None]
        for one, heard in zip(opened, _heard(opened, ears), strict=True):
            if heard is not None:
                _try_keeping(one.order, heard)


def _try_opening(order: Order) -> Opened | None:
    try:
        with tenant_scope(order.institution_id):
            turn = hearing.turn_of(session_id=order.session_id, seq=order.seq, t_ms=order.t_ms)
    except Exception:
        _log_unheard(order)
        return None
    return None if turn is None else Opened(order, turn)


def _heard(opened: Sequence[Opened], ears: "Ears") -> "Sequence[Heard | None]":
    from analysis.audio.hearing import hear_together

    try:
        return hear_together([one.turn for one in opened], ears)
    except Exception:
        if len(opened) == 1:
            _log_unheard(opened[0].order)
            return [None]
        logger.exception("%s windows of sound could not be heard at once; now each alone", len(opened))
    return [heard for one in opened for heard in _heard([one], ears)]


def _try_keeping(order: Order, heard: "Heard") -> None:
    try:
        with tenant_scope(order.institution_id):
            hearing.keep(session_id=order.session_id, seq=order.seq, t_ms=order.t_ms, heard=heard)
    except Exception:
        _log_unheard(order)


def _log_unheard(order: Order) -> None:
    # Sound that could not be judged is a gap, never a suspicion.
    logger.exception("sound %s of session %s could not be heard", order.seq, order.session_id)

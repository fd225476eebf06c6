"""One frame of a program: looked at, compared with the one before, answered, and forgotten."""

import logging
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from proctoring import parking
from proctoring.analysing import FrameLost, configured_observer

if TYPE_CHECKING:
    from analysis.close_look import CloseLook
    from analysis.detectors.iris import Irises
    from analysis.frame_steps import FrameVerdict

logger = logging.getLogger(__name__)
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FrameAnswer:
    """What the program is told, and what its socket remembers until the next frame."""

    message: JsonObject
    state: JsonObject | None


def measure(*, connection: str, seq: int, t_ms: int, before: JsonObject | None) -> FrameAnswer:
    """Take the frame out of the cache and judge it; one that is refused changes nothing."""
    from analysis.close_look import look_closely
    from analysis.frame_steps import FrameState, judge_frame
    from analysis.frames import FrameRefused, open_frame

    jpeg = parking.take_sent(connection, seq)
    if jpeg is None:
        raise FrameLost(f"frame {seq} of a program")
    try:
        frame = open_frame(jpeg)
    except FrameRefused as refused:
        words = f"{refused.message[0].upper()}{refused.message[1:]}."
        return FrameAnswer({"type": "error", "code": refused.code, "message": words, "ref": seq}, before)
    look = look_closely(frame, configured_observer(), shared_irises())
    state, verdict = judge_frame(FrameState.from_json(before) if before else FrameState(), look, t_ms)
    return FrameAnswer(_analysis(seq, t_ms, look, verdict), state.to_json())


@cache
def shared_irises() -> "Irises | None":
    """Loaded once in a process; None, said once in the log, where the model is missing."""
    from analysis.detectors.base import DetectorMissing
    from analysis.detectors.iris import Irises

    irises = Irises()
    try:
        irises.load(None, threads=1)
    except DetectorMissing as reason:
        logger.warning("pupils cannot be found: %s", reason)
        return None
    return irises


def _analysis(seq: int, t_ms: int, look: "CloseLook", verdict: "FrameVerdict") -> JsonObject:
    from analysis.frame_steps import WORDS
    from analysis.observations import looking_away
    from proctoring.measuring import seen_json

    face = look.seen.candidate
    away = None if face is None else looking_away(face, look.seen.width_px)
    return {
        "type": "analysis",
        "seq": seq,
        "t": t_ms,
        "anomaly": verdict.anomaly,
        "reasons": [{"code": reason, "text": WORDS[reason]} for reason in verdict.reasons],
        "pupil_movement_status": verdict.pupil_movement,
        "pupil_move": _rounded(verdict.pupil_move),
        "face_move": _rounded(verdict.face_move),
        "looking_away": None if "mesh" in look.seen.unavailable else away,
        **seen_json(look.seen),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 5)

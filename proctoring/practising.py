"""One picture of a practice run: looked at as in the camera check, answered in words, and forgotten."""

from proctoring import parking
from proctoring.analysing import FrameLost, Observer
from proctoring.services.checking import WORDS, Guidance


def practise(*, connection: str, seq: int, observer: Observer) -> Guidance:
    """What would help in this picture; one that is no picture is told as an unclear one."""
    from analysis.baseline import guidance
    from analysis.frames import FrameRefused, open_frame

    jpeg = parking.take_sent(connection, seq)
    if jpeg is None:
        raise FrameLost(f"practice frame {seq}")
    try:
        frame = open_frame(jpeg)
    except FrameRefused:
        return Guidance(False, "unknown", str(WORDS["unknown"]), 0.0)
    code = guidance(observer.observe(frame, None))
    return Guidance(code == "ok", code, str(WORDS[code]), 1.0 if code == "ok" else 0.0)

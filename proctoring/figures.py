"""What sittings cost and give, counted for operators. No label names a person, sitting or institution."""

from enum import StrEnum
from functools import cache

from prometheus_client import Counter, Gauge, Histogram

# The limit that matters is 100 ms for an event; a frame is given up after ten seconds.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OWN_RULE = "own"


class Lost(StrEnum):
    """Why a frame that came in time was never looked at."""

    OVERTAKEN = "overtaken"
    TIMED_OUT = "timed_out"
    NOT_HANDED_OVER = "not_handed_over"


SOCKETS = Gauge("invigil_sockets", "Open sockets.", ["kind"], multiprocess_mode="livesum")
FRAMES_TAKEN = Counter("invigil_frames_taken", "Frames that came over sockets of exams.")
FRAMES_ANSWERED = Counter(
    "invigil_frames_answered", "Frames by what the page was told or why nobody looked.", ["outcome"]
)
FRAMES_ANALYSED = Counter(
    "invigil_frames_analysed", "Frames that a worker took, by what came of it.", ["outcome"]
)
ANALYSIS_SECONDS = Histogram(
    "invigil_frame_analysis_seconds", "What a worker needs for one frame.", buckets=_SECONDS
)
EVENTS_TAKEN = Counter("invigil_events_taken", "Events of browsers that were written and acknowledged.")
ACKNOWLEDGED_SECONDS = Histogram(
    "invigil_acknowledged_seconds",
    "From a message's arrival to its acknowledgement.",
    ["stream"],
    buckets=_SECONDS,
)
FLAGS_RAISED = Counter("invigil_flags_raised", "Flags by rule and severity.", ["rule", "severity"])


def count_flag(*, rule: str, severity: str) -> None:
    """A rule that an institution wrote itself goes by one name: it may be called anything."""
    FLAGS_RAISED.labels(rule if rule in _known_rules() else OWN_RULE, severity).inc()


@cache
def _known_rules() -> frozenset[str]:
    from analysis.risk.library import load_policy

    return frozenset(rule.id for rule in load_policy().rules)

"""Coverage: how much of the exam the camera's pictures were really analysed. Pure.

It is the share of whole seconds of the sitting, from its start to its end (or to now), in which at least
one recorded frame was captured. Seconds in which the session was paused count neither way; a sitting
shorter than one second has no coverage yet.
"""

from collections.abc import Iterable

Span = tuple[int, int]

# What the rules may recommend, from the least to the most to do, and how much must have been seen for it.
LADDER = ("PASS", "PASS_WITH_REVIEW", "REVIEW_REQUIRED")
LEAST_FOR_PASS = 0.9
LEAST_FOR_A_SHORT_LOOK = 0.5


def coverage(
    frame_times_ms: Iterable[int], *, duration_ms: int, paused_ms: Iterable[Span] = ()
) -> float | None:
    """0..1, or None before the first whole second; `paused_ms` are half-open spans since the start."""
    seconds = duration_ms // 1000
    paused = {second for span in paused_ms for second in _touched(span, seconds)}
    counted = seconds - len(paused)
    if counted <= 0:
        return None
    seen = {t_ms // 1000 for t_ms in frame_times_ms if 0 <= t_ms // 1000 < seconds}
    return len(seen - paused) / counted


def share_covered(covered_seconds: int, duration_ms: int) -> float | None:
    """The same share from a running count of covered seconds, while the sitting goes on."""
    seconds = duration_ms // 1000
    return min(1.0, covered_seconds / seconds) if seconds > 0 else None


def recommended(by_rules: str, share: float | None) -> str:
    """Nobody passes unseen: what was hardly watched is for a person to look at, without a point lost.

    `share` is None where no camera is watched; a recommendation of a policy's own making stands as it is.
    """
    if share is None or by_rules not in LADDER:
        return by_rules
    seen_enough = (share >= LEAST_FOR_A_SHORT_LOOK) + (share >= LEAST_FOR_PASS)
    return max(by_rules, LADDER[2 - seen_enough], key=LADDER.index)


def _touched(span: Span, seconds: int) -> range:
    start_ms, end_ms = span
    if end_ms <= start_ms:
        return range(0)
    return range(max(0, start_ms // 1000), min(seconds, (end_ms + 999) // 1000))

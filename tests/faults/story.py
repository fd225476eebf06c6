"""What one candidate does, second by second, and which flags the default policy must raise for it.

The expectation is written down here by hand and never asked of the program: a copy is COPY at the time of
its event, a tab that was left for two seconds is TAB_HIDDEN, one that was left for one second is nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

LONG_MS, SHORT_MS, BLUR_MS = 2000, 1000, 6000
PAUSE_MS = 400


@dataclass(frozen=True, slots=True)
class Said:
    """One event of the browser; `at_ms` counts from the story's beginning."""

    seq: int
    at_ms: int
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """A flag by its rule and by the event it began with."""

    rule: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done: events with their times within the act, and the rule it breaks, if any."""

    events: tuple[tuple[int, str], ...]
    rule: str | None = None


ACTS = (
    Act(((0, "copy"),), "COPY"),
    Act(((0, "cut"),), "CUT"),
    Act(((0, "paste"),), "PASTE"),
    Act(((0, "offline"), (300, "online")), "OFFLINE"),
    Act(((0, "camera_lost"), (300, "camera_back")), "CAMERA_LOST"),
    Act(((0, "tab_hidden"), (LONG_MS, "tab_visible")), "TAB_HIDDEN"),
    Act(((0, "tab_hidden"), (SHORT_MS, "tab_visible"))),
    Act(((0, "window_blur"), (BLUR_MS, "window_focus")), "WINDOW_BLUR"),
    Act(((0, "window_blur"), (SHORT_MS, "window_focus"))),
    Act(((0, "other_tab"),)),
    Act(((0, "page_loaded"),)),
)


@dataclass(frozen=True, slots=True)
class Story:
    events: tuple[Said, ...]
    flags: tuple[Expected, ...]

    @property
    def lasts_ms(self) -> int:
        return self.events[-1].at_ms if self.events else 0


def story(seed: int, *, seconds: float) -> Story:
    """Acts in a random order, none of which overlaps another; the same seed gives the same story."""
    dice = random.Random(seed)
    acts: list[Act] = []
    at_ms, told, flags = 0, [], []
    while at_ms < seconds * 1000:
        acts = acts or dice.sample(ACTS, len(ACTS))
        act = acts.pop()
        told += [(at_ms + offset_ms, name) for offset_ms, name in act.events]
        if act.rule is not None:
            flags.append(Expected(act.rule, at_ms))
        at_ms += act.events[-1][0] + PAUSE_MS + dice.randrange(PAUSE_MS)
    return Story(_numbered(told), tuple(flags))


def _numbered(told: Sequence[tuple[int, str]]) -> tuple[Said, ...]:
    return tuple(Said(number, at_ms, name) for number, (at_ms, name) in enumerate(told, start=1))

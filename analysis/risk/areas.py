"""What of a person can be left unwatched or judged more patiently: areas, each with its signals and events.

A rule belongs to every area whose signals or events it reads, whatever policy it stands in; the names that
other systems' policies use (`analysis.risk.aliases`) are here too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEAST_PATIENCE, MOST_PATIENCE = 110, 1000
"""Per cent."""


@dataclass(frozen=True, slots=True)
class Area:
    """One area. `parts` are areas that cannot be watched without it; `lasts` where patience has a meaning:
    an event just happens."""

    name: str
    signals: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    lasts: bool = True


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


AREAS: tuple[Area, ...] = (
    Area(
        "camera",
        _names("camera_blocked camera_state frozen looped blurred quality"),
        _names("camera_lost gap.video"),
        parts=("face", "pose", "eyes", "gaze", "identity", "objects"),
    ),
    Area(
        "face",
        _names("face_count face_score static_faces leaving"),
        _names("no_face_detected multiple_faces_detected"),
    ),
    Area(
        "pose",
        _names("yaw pitch roll looking_away attention movement excessive_movement leaning face_x face_y")
        | _names("gaze face_move"),
    ),
    Area("eyes", _names("eye_closure eyes_closed ear perclos blinks_per_minute")),
    Area(
        "gaze",
        _names("off_screen gaze_zone gaze_outside gaze_hint pupil_move")
        | _names("pupil_right_x pupil_right_y pupil_left_x pupil_left_y"),
    ),
    Area(
        "identity",
        _names("identity_distance identity_score identity_unlike identity_mismatch"),
        _names("face_check_failed face_check_unavailable id_card_open"),
    ),
    Area(
        "objects",
        _names("phone phone_detected book laptop remote second_screen persons persons_without_face"),
        _names("object_detected gap.objects"),
    ),
    Area(
        "speech",
        _names("speech speech_share level_db lips_moving voices second_voice voice_distance multiple_voices"),
        _names("microphone_lost gap.audio"),
    ),
    Area("tabs", events=_names("tab_hidden window_blur tab_switch focus_lost"), lasts=False),
    Area("full_screen", events=_names("full_screen_left")),
    Area("screen", events=_names("screen_lost screen_part screen_missing")),
    Area("clipboard", events=_names("copy cut paste copy_paste context_menu"), lasts=False),
)
AREA_NAMES = tuple(area.name for area in AREAS)
PATIENT_AREAS = tuple(area.name for area in AREAS if area.lasts)
_BY_NAME = {area.name: area for area in AREAS}


def with_parts(names: Iterable[str]) -> frozenset[str]:
    """The areas and those that cannot be watched without them; KeyError for an unknown name."""
    wanted = frozenset(names)
    return wanted.union(*(_BY_NAME[name].parts for name in wanted)) if wanted else wanted


def signals_of_areas(names: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_BY_NAME[name].signals for name in names))


def events_of_areas(names: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_BY_NAME[name].events for name in names))


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Areas that are left out, and areas with how long they must last, in per cent of the policy's time."""

    off: frozenset[str] = frozenset()
    patience: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        unknown = (self.off | {name for name, _ in self.patience}) - set(AREA_NAMES)
        if unknown:
            raise ValueError(f"there is no area {min(unknown)!r}; known: {', '.join(AREA_NAMES)}")
        for name, percent in self.patience:
            if name not in PATIENT_AREAS:
                raise ValueError(f"{name!r} is about events, which have no duration: it can only be left out")
            if not LEAST_PATIENCE <= percent <= MOST_PATIENCE:
                raise ValueError(f"patience lies between {LEAST_PATIENCE} and {MOST_PATIENCE} per cent")

    @property
    def areas_off(self) -> frozenset[str]:
        return with_parts(self.off)

"""How to read a report: what each detector can and cannot see, for people who decide about others."""

from dataclasses import dataclass

from analysis.catalog import signal


@dataclass(frozen=True, slots=True)
class Detector:
    name: str
    sees: str
    misses: str


# The signals that rules are made of; the others are how these are measured.
_JUDGED = (
    "face_count",
    "looking_away",
    "off_screen",
    "eye_closure",
    "camera_blocked",
    "identity_score",
    "excessive_movement",
    "frozen",
    "looped",
    "speech",
    "second_voice",
    "lips_moving",
)
_MEASURED = tuple(signal(key) for key in _JUDGED)
_BROWSER = Detector(
    "Browser events",
    "Notes hidden tabs, other windows, leaving full screen, copying, cutting and pasting (never the text), "
    "and right clicks.",
    "Does not see other devices. The browser reports about itself and can be tampered with; notifications, "
    "assistive technology and an empty battery cause the same events. Alone they prove nothing.",
)
DETECTORS = (*(Detector(one.label, one.can, one.cannot) for one in _MEASURED), _BROWSER)

PRINCIPLES = (
    "A flag marks a moment that a person should look at. It is not a finding of misconduct, and the "
    "scores are sums of rule points, not probabilities.",
    "Unknown is unknown. Time without a usable picture, without network or without a working detector "
    "lowers the coverage and nothing else.",
    "People think with their eyes and heads: looking away is common, and a second screen, a window and a "
    "keyboard look the same.",
    "The integrity score starts at 100; each flag takes away what its rule says. The risk curve shows the "
    "rule points over time, as some of them fade.",
    "The same log and the same policy always give the same flags, scores and digest. Anyone who holds "
    "both can check this report.",
)

"""How to read a report: what each detector can and cannot see, for people who decide about others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detector:
    name: str
    sees: str
    misses: str


DETECTORS = (
    Detector(
        "No face, several faces",
        "How many faces of a usual size the camera shows, and for how long.",
        "Who they are. Faces behind the camera, very small or covered faces, and people outside the "
        "picture. A poster or a photograph can count as a face.",
    ),
    Detector(
        "Looking away",
        "How far the head is turned from the candidate's own position in the camera check.",
        "What is looked at. People think with their eyes and heads; a second screen, a window and a "
        "keyboard look the same. Beyond about 60 degrees only the turn itself is known, not its angle.",
    ),
    Detector(
        "Eyes closed",
        "Whether the eyes stay more closed than this candidate's own open eyes.",
        "Why. Reading downwards, glasses that reflect and tiredness look alike.",
    ),
    Detector(
        "Camera blocked",
        "A picture that is dark or covered.",
        "Whether it was meant: a lamp that goes out looks like a hand before the lens. While nothing can "
        "be seen, nothing is concluded.",
    ),
    Detector(
        "Browser events",
        "Hidden tabs, other windows, leaving full screen, copying, cutting and pasting (never the text), "
        "right clicks.",
        "Other devices. The browser reports about itself and can be tampered with; notifications, "
        "assistive technology and an empty battery cause the same events. Alone they prove nothing.",
    ),
)

PRINCIPLES = (
    "A flag marks a moment that a person should look at. It is not a finding of misconduct, and the "
    "scores are sums of rule points, not probabilities.",
    "Unknown is unknown. Time without a usable picture, without network or without a working detector "
    "lowers the coverage and nothing else.",
    "The integrity score starts at 100; each flag takes away what its rule says. The risk curve shows the "
    "rule points over time, as some of them fade.",
    "The same log and the same policy always give the same flags, scores and digest. Anyone who holds "
    "both can check this report.",
)

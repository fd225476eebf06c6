"""The one list of what is measured on video: its name for people, and what it can and cannot tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """One key of a video record: `explanation` speaks to the candidate, `can` and `cannot` to reviewers."""

    key: str
    label: str
    unit: str
    explanation: str
    can: str
    cannot: str


SIGNALS: tuple[Signal, ...] = (
    Signal(
        "face_count",
        "Faces in the picture",
        "faces",
        "We count the faces your camera sees. One is expected: yours.",
        "Finds faces about four hundredths of the picture's width and wider, also when partly turned.",
        "Does not see people who face away, or smaller faces far behind; faces on posters and screens count.",
    ),
    Signal(
        "face_score",
        "Certainty of the face",
        "0 to 1",
        "How sure the detector is that it sees your face. Good light from the front helps.",
        "Tells doubtful detections from sure ones.",
        "Does not say whose face it is.",
    ),
    Signal(
        "yaw",
        "Head turned sideways",
        "degrees, to the person's left above zero",
        "How far your head is turned to a side, compared with how you sat at the camera check.",
        "Within about 3 degrees while the head is turned less than 45 degrees.",
        "Says where the head points, not the eyes; past about 60 degrees it is often unknown.",
    ),
    Signal(
        "pitch",
        "Head raised or lowered",
        "degrees, up above zero",
        "How far your head is raised or lowered, compared with how you sat at the camera check.",
        "Within about 4 degrees while the head is turned less than 45 degrees.",
        "Cannot tell reading a sheet of paper from looking at the keyboard.",
    ),
    Signal(
        "roll",
        "Head tilted",
        "degrees, to the person's left shoulder above zero",
        "How far your head leans to a shoulder. Leaning is not looking away.",
        "Within about 3 degrees while the head is turned less than 45 degrees.",
        "Says nothing about attention.",
    ),
    Signal(
        "looking_away",
        "Head turned away from the screen",
        "yes, no or unknown",
        "Your head was turned clearly away from how you sat at the camera check.",
        "Holds from 25 degrees to a side, 18 up or 20 down against the candidate's own neutral pose.",
        "Does not follow the eyes: a glance with a still head is not seen, and a second screen is not known.",
    ),
    Signal(
        "eye_closure",
        "Eyes closed",
        "0 open to 1 closed",
        "How far your eyes are closed, compared with your own open eyes at the camera check.",
        "Works on the person's own open eye, so narrow eyes are not taken for closed ones.",
        "Unknown when looking down, turned far or sitting far away; some pictures a second catch no blinks.",
    ),
    Signal(
        "eyes_closed",
        "Both eyes closed",
        "yes, no or unknown",
        "Your eyes were closed. Short moments are natural and do not matter.",
        "Holds from a closure of 0.7.",
        "Reflections on glasses can hide the lids.",
    ),
    Signal(
        "camera_blocked",
        "Camera dark or covered",
        "yes or no",
        "The picture is too dark, or something covers the camera. Please check light and lens.",
        "Tells a black or covered picture from an empty chair.",
        "Cannot tell a failed lamp or a shutter from a hand.",
    ),
    Signal(
        "camera_state",
        "State of the picture",
        "ok, dark, blown, covered or low contrast",
        "Whether the picture is good enough to be judged.",
        "Separates the common ways a picture fails.",
        "Does not notice a virtual camera or a repeated recording.",
    ),
    Signal(
        "quality",
        "Quality of the picture",
        "0 to 1",
        "Light, contrast and sharpness together. Below 0.3 an empty picture counts as unknown.",
        "Lowers the weight of pictures that are hard to judge.",
        "Is no judgement about the person.",
    ),
)


def signal(key: str) -> Signal:
    """The entry of one key.

    Raises:
        KeyError: for a key that is not measured.
    """
    for entry in SIGNALS:
        if entry.key == key:
            return entry
    raise KeyError(key)

"""The one list of what is seen and heard: its name for people, and what it can and cannot tell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """One key of a sampled record: `explanation` speaks to the candidate, `can` and `cannot` to reviewers."""

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
    Signal(
        "ear",
        "Height of the eyes",
        "share of their width",
        "How far your eyes are open, as a share of their width. It differs from person to person.",
        "Follows the lids of one person from picture to picture.",
        "Narrow eyes and glasses read low, so no limit fits everybody; our own rules do not use it.",
    ),
    Signal(
        "face_x",
        "Place of the face, across",
        "0 left to 1 right",
        "Where your face is in the picture.",
        "Tells how far the face went between two pictures.",
        "Does not know whether the person or the camera moved.",
    ),
    Signal(
        "face_y",
        "Place of the face, down",
        "0 top to 1 bottom",
        "Where your face is in the picture.",
        "Tells how far the face went between two pictures.",
        "Does not know whether the person or the camera moved.",
    ),
    Signal(
        "movement",
        "Movement of the head",
        "face widths a second",
        "How fast your face moves in the picture.",
        "Compares pictures a second or less apart, whatever the distance to the camera.",
        "Between two pictures a movement there and back is not seen.",
    ),
    Signal(
        "excessive_movement",
        "Unusual movement",
        "yes, no or unknown",
        "You moved far more than you did so far. Shifting in the chair does not matter.",
        "Holds when at least half of ten seconds are fast and far outside this person's own manner.",
        "Does not know why somebody moves: a cramp, a stretch and a search under the table look the same.",
    ),
    Signal(
        "leaning",
        "Leaning in or back",
        "no, in, out or unknown",
        "Whether you are much nearer to the camera or further from it than at the camera check.",
        "In from one and a half times the face's width at the check, out from seven tenths.",
        "A moved chair or screen looks the same; unknown while the head is turned.",
    ),
    Signal(
        "frozen",
        "Picture stands still",
        "yes, no or unknown",
        "Your camera sends the same picture again and again. Closing other programs often helps.",
        "Holds after five seconds; an empty room is not taken for it: there the camera's own noise moves.",
        "Cannot tell a camera that hangs from a picture held before it by software.",
    ),
    Signal(
        "looped",
        "Picture repeats itself",
        "yes, no or unknown",
        "The picture seems to repeat. This is only a hint for the person who looks at your exam.",
        "Finds recordings of 5 seconds to 10 minutes that are played again, also with noise and compression.",
        "Needs at least two minutes and two turns; a recording that is not repeated is not noticed.",
    ),
    Signal(
        "blurred",
        "Picture out of focus",
        "yes, no or unknown",
        "The picture is far less sharp than at the camera check. Please wipe the lens.",
        "Holds when nine tenths of the sharpness at the camera check are lost.",
        "Unknown in the dark, or where there was no camera check.",
    ),
    Signal(
        "attention",
        "Where the head points",
        "screen, left, right, up, down, far or unknown",
        "Whether your head points to the screen or to a side. Left and right are your own.",
        "Away past 25 degrees to a side, 20 down or 18 up; back within 18, 14 and 12, without flicker.",
        "Far is a head turned past about 60 degrees, where its side is not seen. Eyes do not count.",
    ),
    Signal(
        "leaving",
        "Left the picture",
        "no, left, right, up, down or unknown",
        "Through which side of the picture your face went. Left and right are your own.",
        "Tells who went through a border from who turned away or was covered in the middle of the picture.",
        "Does not see how far away somebody went, and not a way out that took less time than a picture.",
    ),
    Signal(
        "static_faces",
        "Faces that never move",
        "faces",
        "A face on a poster or a photo behind you. It is not counted as a second person.",
        "Holds after a minute in one place, to a third of a pixel; a face that moves counts again at once.",
        "Until a minute is over a poster counts as a person. The largest face is never taken for a picture.",
    ),
    Signal(
        "perclos",
        "Time with closed eyes",
        "share of the last minute",
        "Which part of the last minute your eyes were closed. Nobody is flagged for being tired.",
        "Known once 45 of 60 seconds and 40 pictures showed the eyes.",
        "At one picture a second it errs by several hundredths; blinks between two pictures are not in it.",
    ),
    Signal(
        "blinks_per_minute",
        "Blinks",
        "a minute",
        "How often you blink. It is only known for recordings with at least 15 pictures a second.",
        "Counts eyes closed for 0.05 to 0.5 seconds between pictures at most 70 milliseconds apart.",
        "Unknown in the exam room, which sends one or two pictures a second: blinks fall between them.",
    ),
    Signal(
        "identity_score",
        "Likeness to the camera check",
        "-1 to 1",
        "How like the face is to yours at the camera check. From 0.46 on it counts as yours.",
        "Told apart every two of 46 photos of 11 people; looked at every few seconds, on clear pictures.",
        "Does not tell twins, perhaps not close relatives; unknown when turned, small, blurred or not alone.",
    ),
    Signal(
        "identity_distance",
        "Difference from the camera check",
        "0 to 2",
        "The likeness seen from the other end: 0 is the same picture, 1 has nothing in common.",
        "Shows the reviewer the moment that differs most.",
        "Says nothing that the likeness does not say.",
    ),
    Signal(
        "identity_unlike",
        "Not the face of the camera check",
        "yes, no or unknown",
        "Whether one clear look at your face scored below 0.41: too little to be yours.",
        "Three such looks in a row raise a flag, and looks follow each other every second from the first.",
        "One look alone says nothing: a blurred or covered face can score as low for a moment.",
    ),
    Signal(
        "identity_mismatch",
        "Somebody else",
        "yes, no or unknown",
        "Three clear pictures in a row within a minute did not show the face of the camera check.",
        "One bad picture changes nothing, and one good one ends it.",
        "Does not say who it is; hair, glasses or light that changed very much can mislead it.",
    ),
    Signal(
        "phone",
        "A phone",
        "yes, no or unknown",
        "A thing like a phone was seen three times in one place. Put yours away before you begin.",
        "Raised no alarm on thirteen clips of signing hands after three sightings in one place.",
        "Finds a quarter of small phones in one look, so none found proves nothing. Badges look like phones.",
    ),
    Signal(
        "book",
        "A book",
        "yes, no or unknown",
        "A thing like a book that was not there at the camera check. Put away what you may not use.",
        "What lay there at the camera check is left out for as long as it stays in its place.",
        "Does not see loose sheets, and cannot read what it is.",
    ),
    Signal(
        "laptop",
        "A laptop",
        "yes, no or unknown",
        "A laptop that was not there at the camera check.",
        "What stood there at the camera check is left out for as long as it stays in its place.",
        "Does not see the computer that the camera belongs to.",
    ),
    Signal(
        "second_screen",
        "Another screen",
        "yes, no or unknown",
        "A monitor or television that was not there at the camera check.",
        "Sees screens that stand in the camera's picture.",
        "Does not see a screen beside or behind the camera.",
    ),
    Signal(
        "remote",
        "A remote control",
        "yes, no or unknown",
        "A thing like a remote control. It is no reason for a flag; phones are told apart from it.",
        "The surer of remote control and phone counts.",
        "Often takes one for the other.",
    ),
    Signal(
        "persons",
        "People in the picture",
        "people",
        "How many people are seen, also from behind. One is expected: you.",
        "Counted the one person in 67 of 68 pictures of signing people.",
        "People on posters and screens count, people hidden behind others do not.",
    ),
    Signal(
        "persons_without_face",
        "People without a face",
        "people",
        "How many people beside you are seen whose face is not.",
        "The candidate who turns away is left out.",
        "Where no face is seen at all, the largest person is taken for the candidate.",
    ),
    Signal(
        "level_db",
        "Loudness",
        "decibels below full scale",
        "How loud a second of sound in your room is. A microphone that gives no sound at all is unknown.",
        "Tells a quiet room from one that is not, and a muted microphone from both.",
        "Microphones differ: it compares the moments of one sitting, not people or rooms.",
    ),
    Signal(
        "speech",
        "Somebody speaks",
        "yes, no or unknown",
        "Whether somebody speaks, for 1.5 seconds within five. What is said is not understood.",
        "In meetings recorded from afar it heard 77 % of speech, and 99 % of what it heard was speech; "
        "on two minutes of keyboard typing it heard none.",
        "Does not tell who speaks, or a person from a loudspeaker; whispering is often missed.",
    ),
    Signal(
        "speech_share",
        "Part of the second that is speech",
        "0 to 1",
        "How much of a second of sound is speech.",
        "Short gaps between words count as speech.",
        "A laugh, a cough or singing can sound like speech.",
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

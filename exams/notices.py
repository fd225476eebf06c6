"""The words a candidate agrees to before anything is captured; their hash goes into the consent."""

import hashlib
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.risk.areas import AREA_NAMES, with_parts
from exams.adjustments import adjustments_of, granted
from exams.area_words import area_words
from exams.models import Exam, RecordingMode, Session
from exams.states import SessionState

VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing that is collected: what it is called and why."""

    key: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    version: str
    watched: tuple[Watched, ...]
    paragraphs: tuple[str, ...]

    @property
    def sha256(self) -> str:
        lines = [self.version, *(f"{w.key}|{w.label}|{w.why}" for w in self.watched), *self.paragraphs]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


_WEBCAM = Watched(
    "webcam",
    "Pictures from your camera, about one a second",
    "To see that you are there, alone, and where your head is turned. They are measured and thrown away; "
    "only a picture behind a flag is kept, with this sitting until your institution deletes it.",
)
_MICROPHONE = Watched(
    "microphone",
    "Whether somebody speaks",
    "While your room is not quiet, a second of sound at a time is measured for loudness and speech, then "
    "thrown away. Nobody hears it, and what is said is not understood. Where the service can, speech also "
    "becomes numbers that tell whether a second voice speaks; they are encrypted, compared with nobody "
    "else's, and deleted when the exam ends.",
)
_IDENTITY = Watched(
    "identity",
    "Whether it is still you",
    "At the camera check your face becomes a list of numbers, and you are asked to turn your head. "
    "During the exam your face is compared with those numbers. "
    "They are encrypted, compared with nobody else's, and deleted when the exam ends.",
)
_OBJECTS = Watched(
    "objects",
    "Things and people around you",
    "Every few seconds a picture is searched for phones, books, other screens and other people. What lay on "
    "your desk at the camera check may stay there.",
)
_GAZE = Watched(
    "gaze",
    "Where your eyes look",
    "After the camera check you may look at nine points on the screen, once; you can skip this. Then it is "
    "noted when your eyes look far beside the screen, not what you read. No picture of it is kept, only "
    "numbers that tell your eyes' place from your camera's, and they are deleted with the sitting.",
)
_ID_CARD = (
    "A picture of your identity card",
    "At the camera check you are asked to photograph a card with your name and picture; cover what is not "
    "needed. Its face is compared with yours, and a person of your institution looks at it beside one "
    "picture from the check. You can start without it. Both pictures are encrypted and ",
)
_ID_CARD_DELETED = "deleted when that person has decided, at the latest 14 days after the end."
_ID_CARD_KEPT = "kept with this sitting until your institution deletes it."
_CONNECTION = Watched(
    "connection",
    "Your connection",
    "Times without network or camera are noted as gaps, and so is a change to another device. While you "
    "are offline, a picture every five seconds waits in your browser and is sent later, if the camera is "
    "watched. A gap is never held against you by the software.",
)


def notice_of(session: Session) -> Notice:
    """What one candidate agrees to: before that, by what is granted now; later by the sitting's own copy."""
    is_agreed = session.state != SessionState.INVITED
    found = adjustments_of(session) if is_agreed else granted(session, timezone.now())
    return notice_for(session.exam, found.detection.off)


def notice_for(exam: Exam, off: frozenset[str] = frozenset()) -> Notice:
    exam, gone = exam.without(off), with_parts(off)
    return Notice(
        version=VERSION,
        watched=(
            *((_WEBCAM,) if exam.watch_webcam else ()),
            *((_IDENTITY,) if exam.watch_webcam and exam.watch_identity else ()),
            *((_id_card(exam),) if exam.wants_id_card else ()),
            *((_OBJECTS,) if exam.watch_webcam and exam.watch_objects else ()),
            *((_GAZE,) if exam.watch_webcam and exam.watch_gaze else ()),
            *((_microphone(exam),) if exam.watch_audio else ()),
            *((_recording(exam),) if exam.recorded_sources else ()),
            *((_screen(),) if exam.watch_screen else ()),
            *((_live(),) if exam.watch_webcam or exam.watch_screen else ()),
            *(() if {"tabs", "full_screen"} <= gone else (_tabs(exam),)),
            *(() if "clipboard" in gone else (_clipboard(),)),
            _CONNECTION,
            *((_left_out(off),) if off else ()),
        ),
        paragraphs=(
            "Software looks for moments that a person should look at. It decides nothing: "
            "every flag is judged by a person, and you can ask them about it.",
            _not_recorded(exam),
            f"Your institution, {exam.institution.name}, answers for this data and deletes it "
            "on its schedule. You may object or ask for another way to sit the exam before you start.",
        ),
    )


def _left_out(off: frozenset[str]) -> Watched:
    return Watched(
        "left_out",
        _("What is not watched for you"),
        _("By agreement with your institution this is left out: %(areas)s.")
        % {"areas": "; ".join(area_words(area) for area in AREA_NAMES if area in off)},
    )


def _id_card(exam: Exam) -> Watched:
    label, why = _ID_CARD
    return Watched("id_card", label, why + (_ID_CARD_KEPT if exam.keep_id_card else _ID_CARD_DELETED))


def _screen() -> Watched:
    return Watched(
        "screen",
        _("Pictures of your screen, one every five seconds"),
        _(
            "You are asked to share your whole screen, so that a person can see that only the exam is open. "
            "Whoever watches the exam can look at the newest picture; no software reads it. Only the picture "
            "behind a flag is kept with this sitting until your institution deletes it; every other one is "
            "thrown away within a minute. Close what is private before you share."
        ),
    )


def _live() -> Watched:
    """What either side needs to know before a connection between two browsers tells it."""
    return Watched(
        "live",
        _("That a person may look at once"),
        _(
            "A proctor of your institution can see your camera, or the screen that you share, as it happens. "
            "This page says so for as long as somebody does, and it is not recorded by that. The video goes "
            "from your browser to theirs; each can then learn the other’s network address."
        ),
    )


def _clipboard() -> Watched:
    return Watched(
        "clipboard",
        _("Copy, cut, paste and right click"),
        _(
            "To see whether text goes in or out. That it happened and how many characters leaves your "
            "computer, never what the text was; it is kept with this sitting until your institution deletes "
            "it."
        ),
    )


def _tabs(exam: Exam) -> Watched:
    label = _("Leaving the exam page")
    if exam.allowed_tabs > 1:
        why = _(
            "You may use %(count)s tabs for this exam, this one included. Your browser does not tell which "
            "other page you look at, so time in other tabs is only noted with how long it lasted, and kept "
            "with this sitting until your institution deletes it."
        )
        return Watched("tabs", label, why % {"count": exam.allowed_tabs})
    return Watched(
        "tabs",
        label,
        _(
            "Hiding the tab, changing windows and leaving full screen are noted with how long they lasted. "
            "Only that leaves your computer, never what else you look at, and it is kept with this sitting "
            "until your institution deletes it. What a message of your computer does for a moment is not "
            "pointed out to anybody."
        ),
    )


def _recording(exam: Exam) -> Watched:
    flagged = exam.recording == RecordingMode.FLAGGED
    return Watched("recording", _what_is_recorded(exam, flagged), _why_recorded(exam, flagged))


def _what_is_recorded(exam: Exam, flagged: bool) -> str:
    if flagged:
        return _("Video with sound of flagged moments") if exam.watch_audio else _("Video of flagged moments")
    return _("Video with sound of the whole exam") if exam.watch_audio else _("Video of the whole exam")


def _why_recorded(exam: Exam, flagged: bool) -> str:
    return f"{_recorded_sources(exam)} {_when_recorded(flagged)}"


def _recorded_sources(exam: Exam) -> str:
    if exam.recorded_sources == ("webcam",):
        return _("Your camera is recorded.")
    if exam.recorded_sources == ("screen",):
        return _("The screen that you share is recorded.")
    return _("Your camera and the screen that you share are recorded.")


def _when_recorded(flagged: bool) -> str:
    if flagged:
        return _(
            "Your browser keeps the last two minutes to itself and forgets them. Only where the software "
            "points out a moment do the pieces around it, about ten seconds before and after, leave your "
            "computer, so that a person can see what really happened. People of your institution may look "
            "at them, and they are kept with this sitting until your institution deletes them."
        )
    return _(
        "It goes on from the start to the end, so that a person can see what really happened at a moment "
        "that the software points out. Nothing is recorded in a pause. People of your institution may look "
        "at it, and it is kept with this sitting until your institution deletes it."
    )


def _not_recorded(exam: Exam) -> str:
    if exam.watch_screen and not exam.recorded_sources:
        return _("No sound and no video is recorded. No conclusion is drawn about feelings or character.")
    if not exam.recorded_sources:
        return _(
            "No sound, no screen and no video is recorded. "
            "No conclusion is drawn about feelings or character."
        )
    return _(
        "Nothing is recorded but what is listed here. No conclusion is drawn about feelings or character."
    )


def _microphone(exam: Exam) -> Watched:
    """Where sound is recorded, nobody may be promised that it is not heard."""
    if not exam.recorded_sources:
        return _MICROPHONE
    return replace(
        _MICROPHONE,
        why=_(
            "While your room is not quiet, a second of sound at a time is measured for loudness and speech; "
            "what is said is not understood by software. People can hear only what is recorded, as told "
            "below. Where the service can, speech also becomes numbers that tell whether a second voice "
            "speaks; they are encrypted, compared with nobody else's, and deleted when the exam ends."
        ),
    )

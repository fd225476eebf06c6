"""The words a candidate agrees to before anything is captured; their hash goes into the consent."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import LawfulBasis, PrivacyTerms
from accounts.privacy_terms import current_terms
from accounts.retention import DataClass
from analysis.risk.areas import AREA_NAMES, with_parts
from exams.adjustments import adjustments_of, granted
from exams.area_words import area_words
from exams.models import AcceptedNotice, Exam, RecordingMode, Session
from exams.promises import days_for, promised_now
from exams.states import SessionState

# To be changed with any word below: tests/exams/test_notice_versions.py holds what each version said.
VERSION = "2026-11.2"


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
    lawful_basis: str = ""
    days: Mapping[str, int] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        lines = [self.version, *(f"{w.key}|{w.label}|{w.why}" for w in self.watched), *self.paragraphs]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


_WEBCAM = Watched(
    "webcam",
    "Pictures from your camera, about one a second",
    "To see that you are there, alone, and where your head is turned. They are measured and thrown away; "
    "only a picture behind a flag is kept, as long as told below.",
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
    "numbers that tell your eyes' place from your camera's, and they are kept with the other measurements.",
)
_ID_CARD = (
    "A picture of your identity card",
    "At the camera check you are asked to photograph a card with your name and picture; cover what is not "
    "needed. Its face is compared with yours, and a person of your institution looks at it beside one "
    "picture from the check. You can start without it. Both pictures are encrypted and ",
)
_ID_CARD_DELETED = "deleted when that person has decided, at the latest as told below."
_ID_CARD_KEPT = "kept as long as other pictures, as told below."
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
    return notice_for(session.exam, found.detection.off, days_for(session))


def notice_for(
    exam: Exam, off: frozenset[str] = frozenset(), days: Mapping[str, int] | None = None
) -> Notice:
    exam, gone, terms = exam.without(off), with_parts(off), current_terms()
    days = days or promised_now(terms)
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
            _kept(exam, days),
        ),
        paragraphs=(
            _(
                "Software that uses artificial intelligence looks for moments that a person should look at. "
                "It decides nothing: every flag is judged by a person, and you can ask them about it."
            ),
            _not_recorded(exam),
            *((_ground(terms),) if terms.lawful_basis else ()),
            _who_answers(exam, terms),
        ),
        lawful_basis=terms.lawful_basis,
        days=days,
    )


def keep_words(*, notice: Notice) -> AcceptedNotice:
    """Keep what somebody agrees to, once for all who read the same words."""
    kept, _made = AcceptedNotice.objects.get_or_create(
        sha256=notice.sha256,
        defaults={
            "version": notice.version,
            "language": get_language() or "",
            "watched": [asdict(watched) for watched in notice.watched],
            "paragraphs": list(notice.paragraphs),
        },
    )
    return kept


def _ground(terms: PrivacyTerms) -> str:
    basis = LawfulBasis(terms.lawful_basis)
    return _("The ground on which your institution collects this: %(basis)s.") % {"basis": basis.label}


def _who_answers(exam: Exam, terms: PrivacyTerms) -> str:
    answers = _(
        "Your institution, %(name)s, answers for this data. You may object, ask for a copy of it, or ask for "
        "another way to sit the exam. You can take your agreement back later; then nothing more is collected."
    ) % {"name": exam.institution.name}
    if not terms.contact:
        return answers
    return f"{answers} {_('Whom to ask: %(contact)s') % {'contact': terms.contact}}"


def _kept(exam: Exam, days: Mapping[str, int]) -> Watched:
    """What the nightly purge then does (tests/privacy/test_promise.py holds the two together)."""
    has_pictures = exam.watch_webcam or exam.watch_screen
    told = (
        *((_kept_pictures(days),) if has_pictures else ()),
        *((_kept_cards(days),) if exam.wants_id_card and not exam.keep_id_card else ()),
        _("Messages: %(days)s.") % {"days": _days(days[DataClass.CHAT])},
        _("The report, flags and decisions: %(days)s.") % {"days": _days(days[DataClass.REPORT])},
        _("Measurements and events, without pictures: %(days)s.") % {"days": _days(days[DataClass.LOG])},
        _("That you sat this exam, and your name: %(days)s.") % {"days": _days(days[DataClass.IDENTITY])},
        _(
            "All of it counts from the end of your sitting and is then deleted by itself, unless a dispute "
            "makes your institution keep it longer."
        ),
    )
    return Watched("kept", _("How long it is kept"), " ".join(told))


def _kept_pictures(days: Mapping[str, int]) -> str:
    after = days[DataClass.AFTER_DECISION]
    if not after:
        return _("Pictures and video: %(days)s.") % {"days": _days(days[DataClass.EVIDENCE])}
    return _(
        "Pictures and video: %(days)s; where a person decides on your sitting in that time, until %(after)s "
        "after the decision."
    ) % {"days": _days(days[DataClass.EVIDENCE]), "after": _days(after)}


def _kept_cards(days: Mapping[str, int]) -> str:
    return _("Pictures of your card: at most %(days)s.") % {"days": _days(days[DataClass.ID_CARD])}


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


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
            "behind a flag is kept, as long as told below; every other one is "
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
            "computer, never what the text was; it is kept as long as told below."
        ),
    )


def _tabs(exam: Exam) -> Watched:
    label = _("Leaving the exam page")
    if exam.allowed_tabs > 1:
        why = _(
            "You may use %(count)s tabs for this exam, this one included. Your browser does not tell which "
            "other page you look at, so time in other tabs is only noted with how long it lasted, and kept "
            "as long as told below."
        )
        return Watched("tabs", label, why % {"count": exam.allowed_tabs})
    return Watched(
        "tabs",
        label,
        _(
            "Hiding the tab, changing windows and leaving full screen are noted with how long they lasted. "
            "Only that leaves your computer, never what else you look at, and it is kept as long as told "
            "below. What a message of your computer does for a moment is not "
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
            "at them, and they are kept as long as told below."
        )
    return _(
        "It goes on from the start to the end, so that a person can see what really happened at a moment "
        "that the software points out. Nothing is recorded in a pause. People of your institution may look "
        "at it, and it is kept as long as told below."
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

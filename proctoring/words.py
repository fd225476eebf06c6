"""Browser events and recommendations in the words that people read."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from proctoring.camera_words import camera_words
from proctoring.card_words import WHY_NOT
from proctoring.face_words import reason_words
from proctoring.room_words import ROOM_EVENTS

EVENTS = {
    "tab_hidden": gettext_lazy("Left the exam's tab"),
    "tab_visible": gettext_lazy("Came back to the exam's tab"),
    "window_blur": gettext_lazy("Another window was in front"),
    "window_focus": gettext_lazy("The exam's window is in front again"),
    "full_screen_left": gettext_lazy("Left full screen"),
    "full_screen_entered": gettext_lazy("Entered full screen"),
    "copy": gettext_lazy("Copied text"),
    "cut": gettext_lazy("Cut text"),
    "paste": gettext_lazy("Pasted text"),
    "context_menu": gettext_lazy("Opened the context menu"),
    "offline": gettext_lazy("Lost the network"),
    "online": gettext_lazy("Network came back"),
    "page_loaded": gettext_lazy("Loaded the exam page"),
    "camera_lost": gettext_lazy("Camera stopped"),
    "camera_back": gettext_lazy("Camera is back"),
    "microphone_lost": gettext_lazy("Microphone stopped"),
    "microphone_back": gettext_lazy("Microphone is back"),
    "virtual_camera": gettext_lazy("The camera may be a program"),
    "camera_described": gettext_lazy("What the camera tells of itself"),
    "face_check_failed": gettext_lazy("Head turns not shown at the camera check"),
    "id_card_open": gettext_lazy("The identity card is for a person to look at"),
    "device_changed": gettext_lazy("Continued on another device or in another browser"),
    "session_paused": gettext_lazy("A proctor paused the exam"),
    "session_resumed": gettext_lazy("A proctor let the exam go on"),
    "time_given": gettext_lazy("A proctor gave more time"),
    "warned": gettext_lazy("A proctor warned the candidate"),
    "note": gettext_lazy("Noted by hand"),
    "message_from_candidate": gettext_lazy("The candidate wrote to the proctors"),
    "message_to_candidate": gettext_lazy("A proctor wrote to the candidate"),
    "help_asked": gettext_lazy("The candidate asked for a person"),
    "help_answered": gettext_lazy("A proctor answered the call for a person"),
    "clock_ahead": gettext_lazy("A time that the browser sent was set right"),
    "clock_behind": gettext_lazy("A time that the browser sent was set right"),
    "seq_conflict": gettext_lazy("A message came twice, with other content"),
    "face_check_unavailable": gettext_lazy("Identity was not checked"),
}

RECOMMENDATIONS = {
    "PASS": (
        gettext_lazy("No review needed"),
        gettext_lazy("Nothing that the rules watch for stood out."),
    ),
    "PASS_WITH_REVIEW": (
        gettext_lazy("Look at the flags"),
        gettext_lazy("Something stood out, or was not seen; a short look is enough."),
    ),
    "REVIEW_REQUIRED": (
        gettext_lazy("Review needed"),
        gettext_lazy("A person should go through the session: enough stood out, or too little was seen."),
    ),
}


def event_words(event: str) -> str:
    if event in ROOM_EVENTS:
        return str(ROOM_EVENTS[event])
    return str(EVENTS[event]) if event in EVENTS else event.replace("_", " ").capitalize()


def detail_words(detail: dict[str, object]) -> str:
    """How much text an event was about, its content is never known; or which program it points to."""
    program = detail.get("program")
    if isinstance(program, str):
        words = _("Its name points to %(program)s; phones used as cameras are named like this too")
        return words % {"program": program}
    reason = detail.get("reason")
    if isinstance(reason, str):
        return reason_words(reason) or _sentence(WHY_NOT.get(reason, ""))
    message, minutes = detail.get("message"), detail.get("minutes")
    if isinstance(message, str):
        return message
    if isinstance(minutes, int):
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    length = detail.get("length")
    if not isinstance(length, int):
        return camera_words(detail)
    return ngettext("%(count)s character", "%(count)s characters", length) % {"count": length}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

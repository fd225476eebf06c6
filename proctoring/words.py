"""Browser events and recommendations in the words that people read."""

from proctoring.camera_words import camera_words
from proctoring.card_words import WHY_NOT
from proctoring.face_words import reason_words

EVENTS = {
    "tab_hidden": "Left the exam's tab",
    "tab_visible": "Came back to the exam's tab",
    "window_blur": "Another window was in front",
    "window_focus": "The exam's window is in front again",
    "full_screen_left": "Left full screen",
    "full_screen_entered": "Entered full screen",
    "copy": "Copied text",
    "cut": "Cut text",
    "paste": "Pasted text",
    "context_menu": "Opened the context menu",
    "offline": "Lost the network",
    "online": "Network came back",
    "page_loaded": "Loaded the exam page",
    "camera_lost": "Camera stopped",
    "camera_back": "Camera is back",
    "microphone_lost": "Microphone stopped",
    "microphone_back": "Microphone is back",
    "virtual_camera": "The camera may be a program",
    "camera_described": "What the camera tells of itself",
    "face_check_failed": "Head turns not shown at the camera check",
    "id_card_open": "The identity card is for a person to look at",
    "device_changed": "Went on on another device or in another browser",
    "session_paused": "A proctor paused the exam",
    "session_resumed": "A proctor let the exam go on",
    "time_given": "A proctor gave more time",
    "warned": "A proctor warned the candidate",
    "note": "Noted by hand",
    "message_from_candidate": "The candidate wrote to the proctors",
    "message_to_candidate": "A proctor wrote to the candidate",
    "help_asked": "The candidate asked for a person",
    "help_answered": "A proctor answered the call for a person",
    "clock_ahead": "A time that the browser sent was set right",
    "clock_behind": "A time that the browser sent was set right",
    "seq_conflict": "A message came twice, with other content",
    "face_check_unavailable": "Identity was not checked",
}

RECOMMENDATIONS = {
    "PASS": ("No review needed", "Nothing that the rules watch for stood out."),
    "PASS_WITH_REVIEW": (
        "Look at the flags",
        "Something stood out, or was not seen; a short look is enough.",
    ),
    "REVIEW_REQUIRED": (
        "Review needed",
        "A person should go through the session: enough stood out, or too little was seen.",
    ),
}


def event_words(event: str) -> str:
    return EVENTS.get(event, event.replace("_", " ").capitalize())


def detail_words(detail: dict[str, object]) -> str:
    """How much text an event was about, its content is never known; or which program it points to."""
    program = detail.get("program")
    if isinstance(program, str):
        return f"Its name points to {program}; phones used as cameras are named like this too"
    reason = detail.get("reason")
    if isinstance(reason, str):
        return reason_words(reason) or _sentence(WHY_NOT.get(reason, ""))
    message, minutes = detail.get("message"), detail.get("minutes")
    if isinstance(message, str):
        return message
    if isinstance(minutes, int):
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    length = detail.get("length")
    if not isinstance(length, int):
        return camera_words(detail)
    return f"{length} character{'' if length == 1 else 's'}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

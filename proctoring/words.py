"""Browser events and recommendations in the words that people read."""

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
}

RECOMMENDATIONS = {
    "PASS": ("No review needed", "Nothing that the rules watch for stood out."),
    "PASS_WITH_REVIEW": ("Look at the flags", "Some things stood out; a short look at them is enough."),
    "REVIEW_REQUIRED": ("Review needed", "Enough stood out that a person should go through the flags."),
}


def event_words(event: str) -> str:
    return EVENTS.get(event, event.replace("_", " ").capitalize())


def detail_words(detail: dict[str, object]) -> str:
    """How much text an event was about; its content is never known."""
    length = detail.get("length")
    return f"{length} character{'' if length == 1 else 's'}" if isinstance(length, int) else ""

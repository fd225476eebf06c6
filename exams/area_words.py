"""What can be left unwatched or judged more patiently, in the words that people read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

AREA_WORDS: dict[str, Promise] = {
    "camera": gettext_lazy("The camera, and everything that is seen with it"),
    "face": gettext_lazy("Whether a face is in the picture, and how many"),
    "pose": gettext_lazy("Where the head is turned, and how much it moves"),
    "eyes": gettext_lazy("Closed eyes and blinking"),
    "gaze": gettext_lazy("Where the eyes look"),
    "identity": gettext_lazy("Whether it is still the same person"),
    "objects": gettext_lazy("Phones, books, other screens and other people"),
    "speech": gettext_lazy("Speech and other voices"),
    "tabs": gettext_lazy("Leaving the exam’s tab or window"),
    "full_screen": gettext_lazy("Leaving full screen"),
    "screen": gettext_lazy("The screen, and whether it is shared"),
    "clipboard": gettext_lazy("Copy, cut, paste and right click"),
}


def area_words(area: str) -> str:
    return str(AREA_WORDS[area])

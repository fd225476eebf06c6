"""What happened around tabs, the screen and warnings, in the words that people read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

ROOM_EVENTS: dict[str, Promise] = {
    "warning_read": gettext_lazy("Said that a warning was read"),
    "other_tab": gettext_lazy("In another tab, which this exam allows"),
    "other_tab_left": gettext_lazy("Back from another tab"),
    "content_opened": gettext_lazy("Opened the questions in a tab of their own"),
    "screen_shared": gettext_lazy("Shares the screen"),
    "screen_part": gettext_lazy("Shares a window or a tab, not the whole screen"),
    "screen_missing": gettext_lazy("Began without sharing the screen"),
    "screen_lost": gettext_lazy("Stopped sharing the screen"),
    "screen_back": gettext_lazy("Shares the screen again"),
    "screen_excused": gettext_lazy("A person let the candidate go on without sharing the screen"),
}

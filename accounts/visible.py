"""Whether a text shows anything: what looks empty names nothing."""

import unicodedata

# Letters and signs to Unicode, and blank to everybody: fillers of Hangul, and the empty Braille cell.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"


def shows_something(text: str) -> bool:
    return any(unicodedata.category(letter)[0] not in "CZM" and letter not in _BLANK for letter in text)

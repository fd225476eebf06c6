"""Other people's words made safe to print: no control characters, no turned direction, no endless lines."""

import re
import unicodedata

LONGEST = 500
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPACES = re.compile(r"\s+")
# What a spreadsheet runs when a cell begins with it, and the full-width forms that it folds to the same.
_FORMULA_STARTS = tuple("=+-@\t\r\n\0|%\uff1d\uff0b\uff0d\uff20\u2212\ufe63\ufe62\ufe66\ufe6b")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def plain(text: str, longest: int = LONGEST) -> str:
    """One line of printable text: NFC, bidi and control characters left out, cut with an ellipsis."""
    visible = "".join(
        character
        for character in _SPACES.sub(" ", unicodedata.normalize("NFC", text[: longest * 4]))
        if character not in _BIDI_CONTROLS and unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
    ).strip()
    return visible if len(visible) <= longest else visible[: longest - 1].rstrip() + "…"


def spreadsheet_cell(text: str) -> str:
    """The text so that no spreadsheet runs it: a formula's start gets an apostrophe; numbers stay numbers.

    OWASP ASVS 1.2.10. Leading blanks are looked through, because some programs drop them before they decide.
    """
    if _NUMBER.match(text):
        return text
    stripped = text.lstrip(" \u00a0\u3000\ufeff")
    return f"'{text}" if stripped.startswith(_FORMULA_STARTS) else text


def file_name_part(text: str) -> str:
    """ASCII letters, digits and hyphens, for a file name that every system takes."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-")[:60].strip("-")

"""The report's typeface: FiraGO, with shaping for the scripts whose letters join or reorder."""

import io
import unicodedata
from functools import lru_cache

import pymupdf_fonts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "FiraGO"
BOLD = "FiraGO-Bold"
_SOURCES = {REGULAR: "figo", BOLD: "figbo"}
# Hebrew to Myanmar: the blocks whose letters need joining, stacking or reordering.
_SHAPED = range(0x0590, 0x10A0)


@lru_cache(maxsize=1)
def register() -> frozenset[int]:
    """Make the fonts known to reportlab; answers the characters they hold."""
    for name, code in _SOURCES.items():
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(pymupdf_fonts.fontbuffers[code]()), shapable=True))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(pdfmetrics.getFont(REGULAR).face.charWidths)


def printable(text: str) -> str:
    """The text with every character that the fonts lack written as its number, such as [U+5F20]."""
    held = register()
    return "".join(letter if ord(letter) in held else f"[U+{ord(letter):04X}]" for letter in text)


def is_printable(text: str) -> bool:
    return all(ord(letter) in register() for letter in text)


def needs_shaping(text: str) -> bool:
    return any(ord(letter) in _SHAPED or unicodedata.category(letter) == "Mn" for letter in text)


def runs_leftwards(text: str) -> bool:
    """Whether the first letter with a direction is written right to left."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((way for way in directions if way in {"L", "R", "AL"}), "L") != "L"

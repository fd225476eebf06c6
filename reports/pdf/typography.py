"""One type scale, one palette, and the one way from other people's words to a paragraph."""

from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph

from reports.pdf import fonts
from reports.plain_text import plain

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 18 * mm
CONTENT_WIDTH = PAGE_WIDTH - 2 * MARGIN

INK = HexColor("#1d2433")
QUIET = HexColor("#566072")
HAIRLINE = HexColor("#d5dae3")
PANEL = HexColor("#f4f6f9")
ACCENT = HexColor("#1f5fbf")
SEVERITY_COLOURS: dict[str, Color] = {
    "critical": HexColor("#b42318"),
    "warning": HexColor("#a15c07"),
    "info": HexColor("#175cd3"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the type scale, in points."""

    size: float
    leading: float
    bold: bool = False


TITLE = Step(20, 25, bold=True)
HEADING = Step(13, 17, bold=True)
STRONG = Step(9.5, 13, bold=True)
BODY = Step(9.5, 13)
SMALL = Step(8, 10.5)


def text(words: str, step: Step = BODY, *, colour: Color = INK, longest: int = 500) -> Paragraph:
    """A paragraph of words that may be anybody's: cleaned, shortened, escaped."""
    cleaned = fonts.printable(plain(words, longest))
    shaped, leftwards = fonts.needs_shaping(cleaned), fonts.runs_leftwards(cleaned)
    return Paragraph(escape(cleaned), paragraph_style(step, colour, shaped=shaped, leftwards=leftwards))


@lru_cache(maxsize=64)
def paragraph_style(
    step: Step, colour: Color, *, shaped: bool = False, leftwards: bool = False
) -> ParagraphStyle:
    fonts.register()
    return ParagraphStyle(
        f"{step.size}-{step.bold}-{colour.hexval()}-{shaped}-{leftwards}",
        fontName=fonts.BOLD if step.bold else fonts.REGULAR,
        fontSize=step.size,
        leading=step.leading,
        textColor=colour,
        alignment=TA_LEFT,
        shaping=int(shaped),
        wordWrap="RTL" if leftwards else "LTR",
    )

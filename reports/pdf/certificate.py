"""A plain document of headings and facts, for proof on paper; the same facts give the same bytes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer, Table, TableStyle

from reports.pdf.typography import CONTENT_WIDTH, HAIRLINE, HEADING, MARGIN, QUIET, SMALL, TITLE, text
from reports.plain_text import plain

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with facts beneath it: what, and what of it."""

    heading: str
    facts: tuple[tuple[str, str], ...]


def certificate_pdf(*, title: str, author: str, lead: str, sections: Sequence[Section]) -> bytes:
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        invariant=1,
        title=plain(title),
        author=plain(author),
        creator="Invigil",
        lang="en-GB",
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    )
    story: list[Flowable] = [text(title, TITLE), Spacer(1, 3 * mm), text(lead, longest=LONGEST)]
    for section in sections:
        story += [Spacer(1, 6 * mm), text(section.heading, HEADING), Spacer(1, 2 * mm), _facts(section)]
    document.build(story)
    return target.getvalue()


def _facts(section: Section) -> Table:
    rows = [
        [text(name, SMALL, colour=QUIET), text(value, SMALL, longest=LONGEST)]
        for name, value in section.facts
    ]
    ruled = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIRLINE), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return Table(rows, colWidths=[0.34 * CONTENT_WIDTH, 0.66 * CONTENT_WIDTH], style=ruled)

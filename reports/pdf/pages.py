"""The document: margins, running header and footer, page numbers, bookmarks, metadata."""

import io
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from reports.content import ReportContent
from reports.pdf import fonts
from reports.pdf.typography import (
    CONTENT_WIDTH,
    HAIRLINE,
    HEADING,
    INK,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    QUIET,
    SMALL,
    paragraph_style,
    text,
)
from reports.plain_text import plain

_FOOTER_Y = 11 * mm
_PAGE_TOTAL = "page-total"


class Heading(Paragraph):
    """A section's title, which is also a bookmark."""

    def __init__(self, words: str) -> None:
        super().__init__(escape(words), paragraph_style(HEADING, INK))
        self.bookmark = words


class ReportDocument(BaseDocTemplate):
    def __init__(self, content: ReportContent, target: io.BytesIO) -> None:
        super().__init__(
            target,
            invariant=1,
            pageCompression=1,
            title=plain(f"Proctoring report: {content.exam_title}, {content.candidate_name}"),
            author=plain(content.institution),
            subject=f"Session {content.session_id}, report version {content.version}",
            creator="Invigil",
            lang="en-GB",
        )
        self.content = content
        frame = Frame(
            MARGIN, 18 * mm, CONTENT_WIDTH, PAGE_HEIGHT - 38 * mm, *(0, 0, 0, 0), id="page", showBoundary=0
        )
        self.addPageTemplates(PageTemplate(id="page", frames=[frame], onPage=self._furnish))

    def afterFlowable(self, flowable: Flowable) -> None:
        if isinstance(flowable, Heading):
            self.canv.bookmarkPage(flowable.bookmark)
            self.canv.addOutlineEntry(flowable.bookmark, flowable.bookmark, level=0)

    def beforeDocument(self) -> None:
        self.canv.showOutline()

    def _furnish(self, canvas: Canvas, document: Any) -> None:
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, PAGE_HEIGHT - 15 * mm, PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 15 * mm)
        # Two paragraphs: one line of two scripts would be read in the wrong order.
        for words, x in ((self.content.exam_title, MARGIN), (self.content.candidate_name, PAGE_WIDTH / 2)):
            running = text(words, SMALL, colour=QUIET, longest=50)
            running.wrap(CONTENT_WIDTH / 2, SMALL.leading)
            running.drawOn(canvas, x, PAGE_HEIGHT - 14 * mm)
        self._number(canvas)

    def _number(self, canvas: Canvas) -> None:
        # The total is a form that is drawn by name on every page and filled when the last page is known.
        canvas.setFont(fonts.REGULAR, SMALL.size)
        canvas.setFillColor(QUIET)
        standing = self.content.standing
        said = f" · {standing.words}" if standing else ""
        canvas.drawString(MARGIN, _FOOTER_Y, f"Session {self.content.session_id}{said}")
        canvas.drawRightString(PAGE_WIDTH - MARGIN - 16, _FOOTER_Y, f"Page {self.page} of")
        canvas.saveState()
        canvas.translate(PAGE_WIDTH - MARGIN - 13.5, _FOOTER_Y)
        canvas.doForm(_PAGE_TOTAL)
        canvas.restoreState()


class TotalPages(Flowable):
    """The last flowable: by now the number of pages is known."""

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        canvas = self.canv
        canvas.beginForm(_PAGE_TOTAL, 0, -3, 40, 12)
        canvas.setFont(fonts.REGULAR, SMALL.size)
        canvas.setFillColor(QUIET)
        canvas.drawString(0, 0, str(canvas.getPageNumber()))
        canvas.endForm()

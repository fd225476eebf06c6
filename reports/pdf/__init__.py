"""The PDF. Only this package imports reportlab; the same content always gives the same bytes."""

import io

from reports.content import ReportContent
from reports.pdf.pages import ReportDocument
from reports.pdf.story import story


def report_pdf(content: ReportContent) -> bytes:
    target = io.BytesIO()
    ReportDocument(content, target).build(story(content))
    return target.getvalue()

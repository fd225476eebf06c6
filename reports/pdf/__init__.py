"""The PDF. Only this package imports reportlab; the same content always gives the same bytes."""

import io

from reportlab import rl_config

from reports.content import ReportContent
from reports.pdf.pages import ReportDocument
from reports.pdf.story import story

# Nothing a report holds is an address to fetch; should markup ever slip through, it reaches nothing.
rl_config.trustedSchemes = ["data"]
rl_config.trustedHosts = []


def report_pdf(content: ReportContent) -> bytes:
    target = io.BytesIO()
    ReportDocument(content, target).build(story(content))
    return target.getvalue()

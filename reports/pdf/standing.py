"""How final the report is and what people said, on top of the first page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table, TableStyle

from reports.content import ReportContent
from reports.pdf.typography import BODY, CONTENT_WIDTH, HEADING, INK, SMALL, text
from reports.standing import Standing

FINAL, PROVISIONAL = HexColor("#17623a"), HexColor("#7a4b00")
_BACKGROUNDS = {True: HexColor("#e0f3e8"), False: HexColor("#fcefd0")}
LONGEST_REASON = 2000


def standing_box(content: ReportContent) -> list[Flowable]:
    """Nothing for a replay, which nobody reviews."""
    standing = content.standing
    if standing is None:
        return []
    colour = FINAL if standing.is_final else PROVISIONAL
    lines = [text(standing.words, HEADING, colour=colour), *_decision(content, standing)]
    lines.append(text(confirmed_words(content, standing), BODY))
    lines.append(
        text(
            _("The counts and scores below are those of the rules, before anybody looked."), SMALL, colour=INK
        )
    )
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), _BACKGROUNDS[standing.is_final]),
        ("LINEBEFORE", (0, 0), (0, -1), 4, colour),
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    # A line a row: a reason as long as a page goes on at the next one.
    return [
        Table([[line] for line in lines], colWidths=[CONTENT_WIDTH], style=TableStyle(style)),
        Spacer(0, 5 * mm),
    ]


def _decision(content: ReportContent, standing: Standing) -> list[Flowable]:
    decision = standing.decision
    if decision is None:
        return []
    words = _("%(label)s (%(code)s), decided by %(person)s on %(day)s:")
    day = decision.decided_at.astimezone(content.zone).strftime("%d %B %Y, %H:%M")
    said = words % {
        "label": decision.label,
        "code": decision.recommendation,
        "person": decision.person,
        "day": day,
    }
    return [text(said, BODY), text(decision.reason, BODY, longest=LONGEST_REASON)]


def confirmed_words(content: ReportContent, standing: Standing) -> str:
    """What is left after people looked, beside what the rules raised."""
    confirmed = standing.confirmed
    words = ngettext(
        "%(count)s of %(raised)s flags is confirmed: critical %(critical)s, warning %(warning)s, "
        "info %(info)s. What is confirmed gives an integrity score of %(score)s of 100.",
        "%(count)s of %(raised)s flags are confirmed: critical %(critical)s, warning %(warning)s, "
        "info %(info)s. What is confirmed gives an integrity score of %(score)s of 100.",
        confirmed.total,
    )
    return words % {
        "count": confirmed.total,
        "raised": content.summary.total_events,
        "critical": confirmed.critical,
        "warning": confirmed.warning,
        "info": confirmed.info,
        "score": f"{confirmed.integrity_score:g}",
    }

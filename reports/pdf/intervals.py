"""The section on the 30-second intervals: those that hold points."""

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Spacer, Table, TableStyle

from proctoring.intervals import FLAGGED_AT
from reports.content import ReportContent, clock
from reports.pdf.pages import Heading
from reports.pdf.typography import BODY, CONTENT_WIDTH, HAIRLINE, QUIET, SMALL, STRONG, text

MOST_ROWS = 120
_HEAD = ("From", "To", "Points", "")


def intervals_section(content: ReportContent) -> list[Flowable]:
    if not content.intervals:
        return []
    pointed = [interval for interval in content.intervals if interval.points_milli]
    flagged = sum(interval.flagged for interval in content.intervals)
    words = (
        f"{flagged} of {len(content.intervals)} intervals reached {FLAGGED_AT} points; "
        f"{len(content.intervals) - len(pointed)} hold none and are left out. An interval lasts at most 30 "
        "seconds. Its points stand beside the scores above and change none of them."
    )
    if len(pointed) > MOST_ROWS:
        words += f" The first {MOST_ROWS} are shown; the interval CSV has them all."
    rows = [[text(word, SMALL, colour=QUIET) for word in _HEAD]]
    rows += [
        [
            text(clock(one.start_ms)),
            text(clock(one.end_ms)),
            text(f"{one.score:g}"),
            text("flagged" if one.flagged else "", STRONG),
        ]
        for one in pointed[:MOST_ROWS]
    ]
    table = [_table(rows)] if pointed else []
    return [
        CondPageBreak(40 * mm),
        Heading("Points by 30-second intervals"),
        text(words, BODY, longest=1000),
        Spacer(0, 1.5 * mm),
        *table,
        Spacer(0, 6 * mm),
    ]


def _table(rows: list[list[Flowable]]) -> Table:
    return Table(
        rows,
        colWidths=[CONTENT_WIDTH / 4] * 4,
        repeatRows=1,
        style=TableStyle(
            [
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIRLINE),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
            ]
        ),
    )

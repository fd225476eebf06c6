"""What the pages say, top to bottom."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table, TableStyle

from proctoring.words import RECOMMENDATIONS
from reports import reading
from reports.content import A_PERSON_DECIDES, SEVERITIES, ReportContent, TimelineEntry, clock
from reports.pdf import fonts
from reports.pdf.drawings import bar, risk_curve
from reports.pdf.intervals import intervals_section
from reports.pdf.pages import Heading, TotalPages
from reports.pdf.standing import standing_box
from reports.pdf.timeline import rows
from reports.pdf.typography import (
    BODY,
    CONTENT_WIDTH,
    HAIRLINE,
    HEADING,
    INK,
    PANEL,
    QUIET,
    SEVERITY_COLOURS,
    SMALL,
    STRONG,
    TITLE,
    text,
)

_LABEL_WIDTH = 38 * mm
_FLUSH = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def story(content: ReportContent) -> list[Flowable]:
    return [
        *_opening(content),
        *standing_box(content),
        *_summary(content),
        *_curve(content),
        *_timeline(content),
        *intervals_section(content),
        *_rules(content),
        *_how_to_read(content),
        *_proof(content),
        TotalPages(),
    ]


def _opening(content: ReportContent) -> list[Flowable]:
    facts = [
        ("Candidate", f"{content.candidate_name} ({content.candidate_id})"),
        ("Exam", content.exam_title),
        ("Institution", content.institution),
        ("Started", _instant(content.started_at, content)),
        ("Ended", _ending(content)),
        ("Lasted", clock(content.summary.duration_ms)),
    ]
    return [text("Proctoring report", TITLE), Spacer(0, 3 * mm), _facts(facts), Spacer(0, 5 * mm)]


def _summary(content: ReportContent) -> list[Flowable]:
    summary = content.summary
    width = CONTENT_WIDTH / 2 - 5 * mm
    covered = "unknown" if summary.coverage is None else f"{summary.coverage * 100:.0f} %"
    gauges = Table(
        [
            [text("Integrity score", SMALL, colour=QUIET), "", text("Coverage", SMALL, colour=QUIET)],
            [text(f"{summary.integrity_score:g} of 100", HEADING), "", text(covered, HEADING)],
            [bar(summary.integrity_score / 100, width=width), "", bar(summary.coverage, width=width)],
            [
                text(
                    "What is left of 100 after each flag took away what its rule says.", SMALL, colour=QUIET
                ),
                "",
                text("The share of the seconds with a picture that was analysed.", SMALL, colour=QUIET),
            ],
        ],
        colWidths=[width, 10 * mm, width],
        style=TableStyle(
            [*_FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 1)]
        ),
    )
    return [
        Heading("Summary"),
        Spacer(0, 2 * mm),
        gauges,
        Spacer(0, 4 * mm),
        _counts(content),
        Spacer(0, 4 * mm),
        _recommendation(content),
        Spacer(0, 6 * mm),
    ]


def _counts(content: ReportContent) -> Table:
    summary = content.summary
    numbers = {
        "critical": summary.critical_flags,
        "warning": summary.warning_flags,
        "info": summary.info_flags,
    }
    cells = [("flags in all", summary.total_events, INK)]
    cells += [(severity, numbers[severity], SEVERITY_COLOURS[severity]) for severity in SEVERITIES]
    return Table(
        [
            [text(str(number), HEADING, colour=colour) for _name, number, colour in cells],
            [text(name, SMALL, colour=QUIET) for name, _number, _colour in cells],
        ],
        colWidths=[CONTENT_WIDTH / 4] * 4,
        style=TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), PANEL),
                ("LINEAFTER", (0, 0), (-2, -1), 3, "white"),
                ("BOTTOMPADDING", (0, 0), (-1, 0), 0),
                ("TOPPADDING", (0, 1), (-1, 1), 0),
            ]
        ),
    )


def _recommendation(content: ReportContent) -> KeepTogether:
    given = content.summary.recommendation
    title, words = RECOMMENDATIONS.get(
        given, (given or "None", "The policy of this exam recommends nothing.")
    )
    return KeepTogether(
        [
            text(f"Recommendation: {title} ({given})" if given else "Recommendation: none", STRONG),
            text(words),
            text(A_PERSON_DECIDES, STRONG),
            *(text(note, BODY, colour=QUIET) for note in content.notes),
        ]
    )


def _curve(content: ReportContent) -> list[Flowable]:
    key = (
        "The line is the risk score in rule points; each mark on top is a flag at the moment it began: "
        "red critical, brown warning, blue info."
    )
    return [
        KeepTogether(
            [
                Heading("Risk over time"),
                Spacer(0, 1 * mm),
                risk_curve(content),
                text(key, SMALL, colour=QUIET),
            ]
        ),
        Spacer(0, 6 * mm),
    ]


def _timeline(content: ReportContent) -> list[Flowable]:
    flags: list[Flowable] = list(rows(content))
    if not flags:
        return [Heading("Timeline"), text("No rule raised a flag in this session."), Spacer(0, 6 * mm)]
    first, rest = flags[:1], flags[1:]
    return [CondPageBreak(45 * mm), Heading("Timeline"), *first, *rest, Spacer(0, 6 * mm)]


def _rules(content: ReportContent) -> list[Flowable]:
    if not content.timeline:
        return []
    entries = _first_of_each_rule(content.timeline)
    raised = [entry.event_type for entry in content.timeline]
    facts = [
        (
            entry.event_type,
            f"{entry.label}, {entry.severity}, {_times(raised.count(entry.event_type))}. {entry.explanation}",
        )
        for entry in entries
    ]
    return [
        CondPageBreak(35 * mm),
        Heading("The rules that raised these flags"),
        Spacer(0, 1 * mm),
        _facts(facts, label_width=46 * mm),
        Spacer(0, 6 * mm),
    ]


def _how_to_read(content: ReportContent) -> list[Flowable]:
    detectors = [(detector.name, f"{detector.sees} {detector.misses}") for detector in reading.DETECTORS]
    principles = list(reading.PRINCIPLES)
    if not all(fonts.is_printable(words) for words in _peoples_words(content)):
        principles.append(
            "Characters that this typeface lacks are written as their Unicode number, such as [U+5F20]; "
            "the JSON report holds the text as it was given."
        )
    return [
        CondPageBreak(60 * mm),
        Heading("How to read this report"),
        Spacer(0, 1.5 * mm),
        *(part for words in principles for part in (text(words, longest=1000), Spacer(0, 1.5 * mm))),
        Spacer(0, 1 * mm),
        _facts(detectors),
        Spacer(0, 6 * mm),
    ]


def _proof(content: ReportContent) -> list[Flowable]:
    facts = [
        ("Report version", str(content.version)),
        ("Risk policy", content.policy_name),
        ("Policy SHA-256", content.policy_sha256),
        ("Log root hash", content.digests.log_root),
        ("Result digest", content.digests.result),
        ("Engine version", content.digests.engine),
        ("Session", content.session_id),
        *_audit_head(content),
    ]
    return [KeepTogether([Heading("Digests"), Spacer(0, 1 * mm), _facts(facts)])]


def _audit_head(content: ReportContent) -> list[tuple[str, str]]:
    head = content.audit
    if head is None:
        return []
    return [("Audit log's end", f"Entry {head.number} of {_instant(head.at, content)}: {head.sha256}")]


def _facts(facts: Sequence[tuple[str, str]], *, label_width: float = _LABEL_WIDTH) -> Table:
    return Table(
        [[text(label, BODY, colour=QUIET), text(words or "unknown", longest=1000)] for label, words in facts],
        colWidths=[label_width, CONTENT_WIDTH - label_width],
        style=TableStyle(
            [
                *_FLUSH,
                ("RIGHTPADDING", (0, 0), (0, -1), 8),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, HAIRLINE),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
            ]
        ),
    )


def _first_of_each_rule(timeline: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    first: dict[str, TimelineEntry] = {}
    for entry in timeline:
        first.setdefault(entry.event_type, entry)
    return list(first.values())


def _peoples_words(content: ReportContent) -> list[str]:
    return [content.candidate_name, content.candidate_id, content.exam_title, content.institution]


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _ending(content: ReportContent) -> str:
    return f"{_instant(content.ended_at, content)}{', ' if content.ending else ''}{content.ending}"


def _instant(at: datetime | None, content: ReportContent) -> str:
    return f"{at.astimezone(content.zone):%d %B %Y, %H:%M:%S} ({content.zone})" if at else "unknown"

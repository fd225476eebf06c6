"""One row a flag: when, what, how sure, the picture, and what a person said about it."""

import io
from typing import Any

from PIL import Image, UnidentifiedImageError
from reportlab.lib.colors import white
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Indenter, Paragraph

from reports.content import ReportContent, Snapshot, TimelineEntry, clock
from reports.pdf import fonts
from reports.pdf.typography import HAIRLINE, INK, QUIET, SEVERITY_COLOURS, SMALL, STRONG, text

MOST_PICTURES = 150
_PICTURE_WIDTH, _PICTURE_HEIGHT = 112.0, 84.0
_PICTURE_PX = (336, 252)
_TIME_WIDTH, _CHIP_WIDTH, _GAP, _PAD = 62.0, 50.0, 10.0, 7.0
_INDENT = _TIME_WIDTH + _CHIP_WIDTH + 2 * _GAP
_TALLEST = 400.0


def rows(content: ReportContent) -> list["TimelineRow"]:
    """Rows in order of time; the worst flags get the pictures when there are more than fit."""
    rank = {"critical": 0, "warning": 1, "info": 2}
    with_picture = [entry for entry in content.timeline if entry.snapshot and entry.snapshot.jpeg]
    shown = sorted(with_picture, key=lambda entry: (rank[entry.severity], entry.since_ms))[:MOST_PICTURES]
    ids = {entry.flag_id for entry in shown}
    return [TimelineRow(entry, content, with_picture=entry.flag_id in ids) for entry in content.timeline]


class TimelineRow(Flowable):
    def __init__(self, entry: TimelineEntry, content: ReportContent, *, with_picture: bool) -> None:
        super().__init__()
        self.entry = entry
        self.times = _times(entry, content)
        self.ruling = _ruling(entry, content)
        self.words = [
            text(entry.label, STRONG),
            text(_facts(entry), SMALL, colour=QUIET),
            *self.ruling,
        ]
        self.picture = _picture(entry.snapshot) if with_picture and entry.snapshot else None
        if entry.snapshot and self.picture is None:
            self.words.append(text(_absence(entry.snapshot), SMALL, colour=QUIET))

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        room = available_width - _INDENT
        room -= _PICTURE_WIDTH + _GAP if self.picture else 0
        self.heights = [paragraph.wrap(room, available_height)[1] for paragraph in self.words]
        tallest = max(sum(self.heights), _PICTURE_HEIGHT if self.picture else 0, 2 * SMALL.leading)
        self.height = tallest + 2 * _PAD
        return available_width, self.height

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """A row goes to the next page whole; only a reason as long as a page follows its row in parts."""
        reason, words = self.ruling, self.words
        if not reason or self.wrap(available_width, available_height)[1] <= _TALLEST:
            return []
        self.words = [paragraph for paragraph in words if paragraph not in reason]
        if self.wrap(available_width, available_height)[1] > available_height:
            self.words = words
            return []
        self.ruling = []
        return [self, Indenter(_INDENT), *reason, Indenter(-_INDENT)]

    def draw(self) -> None:
        canvas, top = self.canv, self.height - _PAD
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(0, 0, self.width, 0)
        self._draw_times(canvas, top)
        self._draw_chip(canvas, top)
        for paragraph, height in zip(self.words, self.heights, strict=True):
            paragraph.drawOn(canvas, _INDENT, top - height)
            top -= height
        if self.picture:
            _draw_picture(canvas, self.picture, self.width - _PICTURE_WIDTH, self.height - _PAD)

    def _draw_times(self, canvas: Any, top: float) -> None:
        canvas.setFillColor(INK)
        canvas.setFont(fonts.BOLD, STRONG.size)
        canvas.drawString(0, top - STRONG.size, self.times[0])
        canvas.setFillColor(QUIET)
        canvas.setFont(fonts.REGULAR, SMALL.size)
        canvas.drawString(0, top - STRONG.size - SMALL.leading - 1, self.times[1])

    def _draw_chip(self, canvas: Any, top: float) -> None:
        canvas.setFillColor(SEVERITY_COLOURS[self.entry.severity])
        canvas.roundRect(_TIME_WIDTH + _GAP, top - 12, _CHIP_WIDTH, 12, 3, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.setFont(fonts.BOLD, SMALL.size)
        canvas.drawCentredString(_TIME_WIDTH + _GAP + _CHIP_WIDTH / 2, top - 9, self.entry.severity)


def _times(entry: TimelineEntry, content: ReportContent) -> tuple[str, str]:
    at = entry.timestamp
    return clock(entry.since_ms), at.astimezone(content.zone).strftime("at %H:%M:%S") if at else ""


def _facts(entry: TimelineEntry) -> str:
    facts = [entry.event_type]
    if entry.duration_ms:
        facts.append(f"lasted {entry.duration_ms / 1000:.1f} s")
    facts.append(
        f"{entry.risk_delta:+g} points, {entry.risk_total:g} in all" if entry.risk_delta else "no points"
    )
    if entry.confidence is not None:
        facts.append(f"confidence {entry.confidence:g}")
    if entry.measured.face_count is not None:
        facts.append(f"faces {entry.measured.face_count}")
    return " · ".join(facts)


def _ruling(entry: TimelineEntry, content: ReportContent) -> list[Paragraph]:
    ruling = entry.ruling
    if ruling is None:
        return []
    day = ruling.decided_at.astimezone(content.zone).strftime("%d %B %Y")
    return [text(f"{ruling.decision} by {ruling.person} on {day}: {ruling.reason}", SMALL, longest=2000)]


def _absence(snapshot: Snapshot) -> str:
    return (
        "The picture has been deleted." if snapshot.jpeg is None else "The picture is kept with the session."
    )


def _picture(snapshot: Snapshot) -> ImageReader | None:
    """A small re-encoded copy; `None` when the bytes are no picture, which must not cost the report."""
    try:
        image = Image.open(io.BytesIO(snapshot.jpeg or b""), formats=("JPEG",))
        image.draft("RGB", _PICTURE_PX)
        image.thumbnail(_PICTURE_PX)
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    small = io.BytesIO()
    image.convert("RGB").save(small, "JPEG", quality=80)
    small.seek(0)
    return ImageReader(small)


def _draw_picture(canvas: Any, picture: ImageReader, x: float, top: float) -> None:
    canvas.drawImage(
        picture,
        x,
        top - _PICTURE_HEIGHT,
        _PICTURE_WIDTH,
        _PICTURE_HEIGHT,
        preserveAspectRatio=True,
        anchor="ne",
    )

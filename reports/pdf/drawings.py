"""The bars of the summary and the risk curve."""

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color, white

from proctoring.curve import CurvePoint, downsample
from reports.content import SEVERITIES, ReportContent, TimelineEntry, clock
from reports.pdf import fonts
from reports.pdf.typography import ACCENT, CONTENT_WIDTH, HAIRLINE, INK, QUIET, SEVERITY_COLOURS, SMALL

_LEFT, _RIGHT, _BOTTOM, _TOP = 34.0, 8.0, 22.0, 24.0
_CURVE_HEIGHT = 170.0
_TICK_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_SCORE_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
_MARK_EVERY = 1.5
_MOST_LINES = 40


def bar(share: float | None, *, width: float, colour: Color = ACCENT) -> Drawing:
    """A horizontal bar filled to `share` (0..1); dashed and empty when the share is unknown."""
    drawing = Drawing(width, 10)
    dashes = [2, 2] if share is None else None
    drawing.add(
        Rect(0, 1, width, 8, rx=4, ry=4, fillColor=white, strokeColor=HAIRLINE, strokeDashArray=dashes)
    )
    filled = max(0.0, min(1.0, share or 0.0)) * width
    if filled > 0:
        drawing.add(
            Rect(0, 1, max(filled, 8), 8, rx=4, ry=4, fillColor=colour, strokeColor=None, strokeWidth=0)
        )
    return drawing


def risk_curve(content: ReportContent) -> Drawing:
    """The score over time, with a mark for each flag where its episode began."""
    fonts.register()
    drawing = Drawing(CONTENT_WIDTH, _CURVE_HEIGHT)
    frame = _Frame(content)
    _axes(drawing, frame)
    points = [value for point in downsample(content.curve) for value in (frame.x(point.t_ms), frame.y(point))]
    if len(points) >= 4:
        drawing.add(PolyLine(points, strokeColor=ACCENT, strokeWidth=1.2))
    _markers(drawing, frame, content.timeline)
    return drawing


class _Frame:
    """Maps milliseconds and scores to points of the drawing."""

    def __init__(self, content: ReportContent) -> None:
        self.end_ms = max(content.summary.duration_ms, *(p.t_ms for p in content.curve), 1000)
        self.highest = max([10.0, *(point.score_milli / 1000 for point in content.curve)])
        self.width = CONTENT_WIDTH - _LEFT - _RIGHT
        self.height = _CURVE_HEIGHT - _BOTTOM - _TOP

    def x(self, t_ms: int) -> float:
        return _LEFT + self.width * min(t_ms, self.end_ms) / self.end_ms

    def y(self, point: CurvePoint) -> float:
        return self.level(point.score_milli / 1000)

    def level(self, score: float) -> float:
        return _BOTTOM + self.height * max(0.0, score) / self.highest


def _axes(drawing: Drawing, frame: _Frame) -> None:
    step = next((step for step in _SCORE_STEPS if frame.highest / step <= 5), _SCORE_STEPS[-1])
    score = 0
    while score <= frame.highest:
        level = frame.level(score)
        drawing.add(Line(_LEFT, level, _LEFT + frame.width, level, strokeColor=HAIRLINE, strokeWidth=0.5))
        drawing.add(_label(_LEFT - 5, level - 2.5, str(score), "end"))
        score += step
    step_ms = 1000 * next((s for s in _TICK_STEPS_S if frame.end_ms / 1000 / s <= 8), _TICK_STEPS_S[-1])
    for t_ms in range(0, frame.end_ms + 1, step_ms):
        x = frame.x(t_ms)
        drawing.add(Line(x, _BOTTOM - 3, x, _BOTTOM, strokeColor=QUIET, strokeWidth=0.5))
        at_end = x > _LEFT + frame.width - 20
        anchor = "end" if at_end else "middle" if t_ms else "start"
        drawing.add(_label(x, _BOTTOM - 13, clock(t_ms), anchor))
    drawing.add(Line(_LEFT, _BOTTOM, _LEFT + frame.width, _BOTTOM, strokeColor=INK, strokeWidth=0.7))


def _label(x: float, y: float, words: str, anchor: str) -> String:
    return String(
        x, y, words, fontName=fonts.REGULAR, fontSize=SMALL.size - 1, fillColor=QUIET, textAnchor=anchor
    )


def _markers(drawing: Drawing, frame: _Frame, timeline: Sequence[TimelineEntry]) -> None:
    """One mark a place, the worst flag's; lines down to the axis only while they can be told apart."""
    worst: dict[int, str] = {}
    for entry in timeline:
        place = round(frame.x(entry.since_ms) / _MARK_EVERY)
        worst[place] = min(worst.get(place, entry.severity), entry.severity, key=SEVERITIES.index)
    for place, severity in sorted(worst.items(), key=lambda item: -SEVERITIES.index(item[1])):
        _mark(drawing, place * _MARK_EVERY, SEVERITY_COLOURS[severity], with_line=len(worst) <= _MOST_LINES)


def _mark(drawing: Drawing, x: float, colour: Color, *, with_line: bool) -> None:
    top = _CURVE_HEIGHT - 8
    drawing.add(Polygon([x - 3, top + 6, x + 3, top + 6, x, top], fillColor=colour, strokeColor=None))
    if with_line:
        line = Line(x, top, x, _BOTTOM, strokeColor=colour, strokeWidth=0.4, strokeDashArray=[1, 2])
        drawing.add(line)

"""When flags were raised in an exam, by minute and by candidate; and how exams compare."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, IntegerField, Value

from exams.models import Exam, Session
from proctoring.analytics import Scope, Seen, flags_of, seen_by, sessions_of

MOST_COLUMNS = 60
MOST_ROWS = 40
MOST_EXAMS = 50
MARK_EVERY = 10
STEPS_MINUTES = (1, 2, 5, 10, 15, 30)


@dataclass(frozen=True, slots=True)
class HeatRow:
    session_id: uuid.UUID
    candidate: str
    external_id: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Minute:
    """The minute at which a column begins; every tenth column is named for the eye too."""

    start: int
    is_marked: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Flags by `step_minutes` of the sitting, the candidates with the most first; the last column takes all
    that is later. `left_out` candidates with flags are not among the rows, but in the totals."""

    step_minutes: int
    totals: tuple[int, ...]
    rows: tuple[HeatRow, ...]
    left_out: int

    @property
    def minutes(self) -> list[Minute]:
        starts = [place * self.step_minutes for place in range(len(self.totals))]
        last = len(starts) - 1
        return [Minute(start, place % MARK_EVERY == 0 and place < last) for place, start in enumerate(starts)]


@dataclass(frozen=True, slots=True)
class ExamLine:
    id: uuid.UUID
    title: str
    seen: Seen
    flags: int


def heat_map(scope: Scope, exam: Exam) -> HeatMap:
    """In two queries, whatever the number of candidates."""
    step_minutes = _step(exam.duration_minutes)
    columns = -(-exam.duration_minutes // step_minutes) + 1
    cells: dict[uuid.UUID, list[int]] = defaultdict(lambda: [0] * columns)
    totals = [0] * columns
    for session_id, place, number in _cells(scope, step_minutes):
        column = min(place, columns - 1)
        cells[session_id][column] += number
        totals[column] += number
    most = sorted(cells, key=lambda one: (-sum(cells[one]), str(one)))[:MOST_ROWS]
    people = Session.objects.select_related("candidate").in_bulk(most)
    rows = tuple(
        HeatRow(one, people[one].candidate.name, people[one].candidate.external_id, tuple(cells[one]))
        for one in most
        if one in people
    )
    return HeatMap(step_minutes, tuple(totals), rows, len(cells) - len(rows))


def exam_lines(scope: Scope) -> list[ExamLine]:
    """Exams with sittings that are over, the most sittings first."""
    seen = seen_by(sessions_of(scope), "exam_id", "exam__title")
    counted = flags_of(scope).order_by().values_list("session__exam_id").annotate(number=Count("id"))
    flags = dict(counted)
    lines = [ExamLine(exam_id, title, one, flags.get(exam_id, 0)) for (exam_id, title), one in seen.items()]
    return sorted(lines, key=lambda line: (-line.seen.sittings, line.title, str(line.id)))[:MOST_EXAMS]


def _step(duration_minutes: int) -> int:
    return next(
        (step for step in STEPS_MINUTES if duration_minutes <= step * MOST_COLUMNS), STEPS_MINUTES[-1]
    )


def _cells(scope: Scope, step_minutes: int) -> list[tuple[uuid.UUID, int, int]]:
    step_ms = Value(step_minutes * 60_000, output_field=IntegerField())
    place = ExpressionWrapper(F("since_ms") / step_ms, output_field=BigIntegerField())
    rows = flags_of(scope).order_by().values_list("session_id", place).annotate(number=Count("id"))
    return list(rows)

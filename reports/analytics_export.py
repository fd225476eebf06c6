"""Analytics to take away: as one JSON object, and as a table with a line a number."""

from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from exams.models import Exam
from proctoring.analytics import Analytics, FlagType, Scope, Seen, Step, analytics
from proctoring.heat_map import ExamLine, HeatMap, exam_lines, heat_map
from proctoring.queries import SEVERITIES, SeverityCounts
from reports.tables import csv_parts, instant, json_parts, number

COLUMNS = ("part", "name", "measure", "value")
Line = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What the page, the files and the API tell; an exam has a heat map, the institution its exams."""

    scope: Scope
    numbers: Analytics
    heat: HeatMap | None
    exams: tuple[ExamLine, ...]


def find(scope: Scope) -> Found:
    exam: Exam | None = scope.exam
    return Found(
        scope,
        analytics(scope),
        heat_map(scope, exam) if exam else None,
        () if exam else tuple(exam_lines(scope)),
    )


def analytics_csv(found: Found) -> Generator[bytes]:
    return csv_parts(COLUMNS, _lines(found))


def analytics_json(found: Found) -> Generator[bytes]:
    told = document(found)
    rows = told.pop("days")
    return json_parts(told, "days", rows)


def document(found: Found) -> dict[str, Any]:
    numbers, scope = found.numbers, found.scope
    return {
        "exam": {"id": str(scope.exam.id), "title": scope.exam.title} if scope.exam else None,
        "since": instant(scope.since),
        "until": instant(scope.until),
        "time_zone": str(scope.zone),
        "total": {**_seen(numbers.total), "flags": asdict(numbers.flags)},
        "weekly": numbers.weekly,
        "days": [
            {"day": step.day.isoformat(), **_seen(step.seen), "flags": asdict(step.flags)}
            for step in numbers.steps
        ],
        "rules": [_type(one) for one in numbers.types],
        "technical": asdict(numbers.trouble),
        "minutes": _minutes(found.heat),
        "exams": [
            {"id": str(one.id), "title": one.title, **_seen(one.seen), "flags": one.flags}
            for one in found.exams
        ],
    }


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        "sessions": seen.sittings,
        "mean_integrity_score": None
        if seen.integrity_milli is None
        else round(seen.integrity_milli / 1000, 3),
        "coverage": None if seen.coverage is None else round(seen.coverage, 4),
    }


def _type(one: FlagType) -> dict[str, Any]:
    verdicts = one.verdicts
    share = verdicts.overruled_share
    return {
        "rule": verdicts.rule,
        "label": verdicts.label,
        "severity": one.severity,
        "sessions": one.sittings,
        "confirmed": verdicts.confirmed,
        "dismissed": verdicts.dismissed,
        "technical": verdicts.technical,
        "undecided": verdicts.undecided,
        "overruled_share": None if share is None else round(share, 4),
    }


def _minutes(heat: HeatMap | None) -> dict[str, Any] | None:
    if heat is None:
        return None
    return {
        "step_minutes": heat.step_minutes,
        "flags": list(heat.totals),
        "candidates": [
            {"session_id": str(row.session_id), "candidate_id": row.external_id, "flags": list(row.counts)}
            for row in heat.rows
        ],
        "candidates_left_out": heat.left_out,
    }


def _lines(found: Found) -> Iterator[Line]:
    numbers = found.numbers
    yield from _seen_lines("total", "", numbers.total, numbers.flags)
    for step in numbers.steps:
        yield from _step_lines("week" if numbers.weekly else "day", step)
    for one in numbers.types:
        told = _type(one)
        for measure in ("severity", "sessions", "confirmed", "dismissed", "technical", "undecided"):
            yield "rule", one.verdicts.rule, measure, str(told[measure])
        yield "rule", one.verdicts.rule, "overruled_share", number(told["overruled_share"])
    for measure, value in asdict(numbers.trouble).items():
        yield "technical", "", measure, str(value)
    for exam in found.exams:
        yield from _seen_lines("exam", exam.title, exam.seen, None)
        yield "exam", exam.title, "flags", str(exam.flags)
    if found.heat is not None:
        yield from _heat_lines(found.heat)


def _step_lines(part: str, step: Step) -> Iterator[Line]:
    yield from _seen_lines(part, step.day.isoformat(), step.seen, step.flags)


def _seen_lines(part: str, name: str, seen: Seen, flags: SeverityCounts | None) -> Iterator[Line]:
    told = _seen(seen)
    yield part, name, "sessions", str(told["sessions"])
    yield part, name, "mean_integrity_score", number(told["mean_integrity_score"])
    yield part, name, "coverage", number(told["coverage"])
    for severity in SEVERITIES if flags else ():
        yield part, name, f"{severity}_flags", str(getattr(flags, severity))


def _heat_lines(heat: HeatMap) -> Iterator[Line]:
    for place, count in enumerate(heat.totals):
        yield "minute", "", str(place * heat.step_minutes), str(count)
    for row in heat.rows:
        for place, count in enumerate(row.counts):
            if count:
                yield "candidate", row.external_id, str(place * heat.step_minutes), str(count)

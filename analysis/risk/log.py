"""The log of a session: records, their strict parser, and the canonical order that makes a replay repeatable.

Interpretations: `3.0` and `3` are the same value (JSON writers differ), so canonical JSON writes whole floats
as integers; numbers missing before a stream's first record are not a gap, since nobody can know where it
began; the order of streams for equal `t` is `STREAMS` unless a policy names another.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from analysis.risk.conditions import Scalar

STREAMS = ("browser", "server", "audio", "video", "objects")
BORROWED_NUMBERS = frozenset({"objects"})
"""Streams numbered after the records of another one that they look at, so that numbers are left out."""
PAUSED, RESUMED = "session_paused", "session_resumed"
"""Events of the stream `server`: between the two nobody is watched."""
LARGEST_SEQ = 2**32 - 1
LATEST_MS = 48 * 3600 * 1000
LARGEST_N = 10_000
MOST_VALUES = 64
LONGEST_NAME = 64
LONGEST_TEXT = 500
EXACT_FLOAT = 2.0**53


class RecordError(ValueError):
    """A record that cannot be used; the message says in words what is wrong."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the log: sampled signals (`values`, None = unknown) or a discrete event that happened `n`
    times.

    `t_ms` is capture time since session start, `seq` counts inside the stream. `detail` is a small flat
    object about an event for people to read; no rule looks at it.
    """

    stream: str
    seq: int
    t_ms: int
    values: Mapping[str, Scalar] | None = None
    event: str | None = None
    n: int = 1
    detail: Mapping[str, Scalar] | None = None

    def to_json(self) -> dict[str, object]:
        """The JSON form of risk.md: stream, seq, t, and `v` or `ev` with `n`."""
        line: dict[str, object] = {"stream": self.stream, "seq": self.seq, "t": self.t_ms}
        if self.values is not None:
            line["v"] = {name: _plain(value) for name, value in self.values.items()}
        else:
            line["ev"] = self.event
            line["n"] = self.n
        if self.detail:
            line["detail"] = {name: _plain(value) for name, value in self.detail.items()}
        return line


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong with a log: `seq_conflict`, `clock_back` (n = ms) or `seq_gap` (n = missing numbers)."""

    kind: str
    stream: str
    seq: int
    t_ms: int
    n: int

    @property
    def message(self) -> str:
        if self.kind == "seq_conflict":
            return f"{self.stream} {self.seq} arrived with different contents; one of them was taken"
        if self.kind == "clock_back":
            return f"{self.stream} {self.seq} says {self.t_ms} ms, {self.n} ms before its predecessor"
        return f"{self.n} records of {self.stream} are missing from {self.seq} on"

    def to_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "stream": self.stream,
            "seq": self.seq,
            "t": self.t_ms,
            "n": self.n,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class CanonicalLog:
    """Records in canonical order, each once, time never running back inside a stream; and what was wrong."""

    records: tuple[Record, ...]
    issues: tuple[Issue, ...] = field(default=())


def parse_record(value: object) -> Record:
    """A record from its JSON form.

    Raises:
        RecordError: for anything but whole `seq` and `t` in range, a known stream, and either `v` or `ev`.
    """
    if not isinstance(value, dict):
        raise RecordError("a record must be a JSON object")
    unknown = sorted(str(key) for key in value if key not in ("stream", "seq", "t", "v", "ev", "n", "detail"))
    if unknown:
        raise RecordError(f"unknown key {unknown[0]!r}; a record has stream, seq, t, v or ev, n, detail")
    stream = value.get("stream")
    if stream not in STREAMS:
        raise RecordError(f"stream must be one of {', '.join(STREAMS)}; it is {stream!r}")
    seq = _whole(value, "seq", 0, LARGEST_SEQ)
    t_ms = _whole(value, "t", 0, LATEST_MS)
    detail = _scalars(value["detail"], "detail") if value.get("detail") is not None else None
    if ("v" in value) == ("ev" in value):
        raise RecordError("a record holds either v (signals) or ev (an event)")
    if "v" in value:
        if "n" in value:
            raise RecordError("n counts events; a record with v has none")
        return Record(stream, seq, t_ms, values=_scalars(value["v"], "v"), detail=detail)
    n = _whole(value, "n", 1, LARGEST_N) if "n" in value else 1
    return Record(stream, seq, t_ms, event=_name(value["ev"], "ev"), n=n, detail=detail)


def _whole(value: Mapping[str, object], key: str, least: int, most: int) -> int:
    number = value.get(key)
    if number is None:
        raise RecordError(f"{key} is missing")
    if isinstance(number, bool) or not isinstance(number, int):
        raise RecordError(f"{key} must be a whole number; it is {number!r:.60}")
    if not least <= number <= most:
        raise RecordError(f"{key} must lie between {least} and {most}")
    return number


def _name(value: object, key: str) -> str:
    if not isinstance(value, str) or not value or len(value) > LONGEST_NAME or not value.isprintable():
        raise RecordError(f"{key} must be a name of 1 to {LONGEST_NAME} printable characters")
    return value


def _scalars(value: object, key: str) -> dict[str, Scalar]:
    if not isinstance(value, dict):
        raise RecordError(f"{key} must be an object of names and values")
    if len(value) > MOST_VALUES:
        raise RecordError(f"{key} holds more than {MOST_VALUES} values")
    return {_name(name, f"a name in {key}"): _scalar(item, f"{key}.{name}") for name, item in value.items()}


def _scalar(value: object, key: str) -> Scalar:
    if isinstance(value, float) and not math.isfinite(value):
        raise RecordError(f"{key} is not a finite number; write null for unknown")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise RecordError(f"{key} is longer than {LONGEST_TEXT} characters")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT_FLOAT:
        raise RecordError(f"{key} is too large a number")
    if value is None or isinstance(value, (bool, int, float, str)):
        return _plain(value)
    raise RecordError(f"{key} must be a number, text, true, false or null")


def _plain(value: Scalar) -> Scalar:
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT_FLOAT:
        return int(value)
    return value


def dump_canonical(value: object) -> str:
    """JSON with sorted keys, no spaces, ASCII only: equal values, equal bytes. NaN raises ValueError."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(record: Record) -> str:
    """The one text of a record, whatever the order of keys it came in."""
    return dump_canonical(record.to_json())


def canonicalise(records: Iterable[Record], stream_rank: tuple[str, ...] = STREAMS) -> CanonicalLog:
    """The canonical log of records in any order, with duplicates: O(n log n).

    De-duplicates by (stream, seq) (the smaller canonical JSON wins), orders each stream by seq with time
    clamped monotone, and merges by (t, rank of the stream, seq).
    """
    unique, conflicts = _unique(records)
    merged: list[Record] = []
    issues = [
        Issue("seq_conflict", stream, seq, unique[stream, seq].t_ms, 1) for stream, seq in sorted(conflicts)
    ]
    by_stream: dict[str, list[Record]] = {}
    for record in unique.values():
        by_stream.setdefault(record.stream, []).append(record)
    for stream in sorted(by_stream):
        merged.extend(_in_order(sorted(by_stream[stream], key=lambda record: record.seq), issues))
    rank = {stream: place for place, stream in enumerate(stream_rank)}
    merged.sort(key=lambda record: (record.t_ms, rank[record.stream], record.seq))
    issues.sort(key=lambda issue: (issue.t_ms, issue.stream, issue.seq, issue.kind))
    return CanonicalLog(tuple(merged), tuple(issues))


def _unique(records: Iterable[Record]) -> tuple[dict[tuple[str, int], Record], set[tuple[str, int]]]:
    unique: dict[tuple[str, int], Record] = {}
    conflicts: set[tuple[str, int]] = set()
    for record in records:
        key = (record.stream, record.seq)
        known = unique.setdefault(key, record)
        if known is record:
            continue
        old, new = canonical_json(known), canonical_json(record)
        if old != new:
            conflicts.add(key)
            unique[key] = record if new < old else known
    return unique, conflicts


def _in_order(records: list[Record], issues: list[Issue]) -> Iterator[Record]:
    previous: Record | None = None
    for record in records:
        current = record
        if previous is not None:
            missing = record.seq - previous.seq - 1
            if missing and record.stream not in BORROWED_NUMBERS:
                issues.append(Issue("seq_gap", record.stream, previous.seq + 1, record.t_ms, missing))
            if record.t_ms < previous.t_ms:
                back_ms = previous.t_ms - record.t_ms
                issues.append(Issue("clock_back", record.stream, record.seq, record.t_ms, back_ms))
                current = replace(record, t_ms=previous.t_ms)
        previous = current
        yield current


def root_hash(records: Iterable[Record]) -> str:
    """SHA-256 (hex) of the canonical log's lines, whatever the order or duplicates given."""
    digest = hashlib.sha256()
    for record in canonicalise(records).records:
        digest.update(canonical_json(record).encode("ascii") + b"\n")
    return digest.hexdigest()


def read_lines(lines: Iterable[str]) -> Iterator[Record]:
    """Records of JSON lines (an open text file will do); blank lines are passed over.

    Raises:
        RecordError: naming the line, at the first that is no record.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield parse_record(json.loads(line, parse_constant=_refuse_constant))
        except (RecordError, ValueError, RecursionError) as error:
            words = str(error) if isinstance(error, RecordError) else f"not JSON ({error})"
            raise RecordError(f"line {number}: {words}") from None


def read_jsonl(text: str) -> tuple[Record, ...]:
    """All records of a JSON-lines text."""
    return tuple(read_lines(text.split("\n")))


def _refuse_constant(name: str) -> float:
    raise RecordError(f"{name} is not a number; write null for unknown")

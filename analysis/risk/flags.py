"""What the fold gives out: flags, episodes, ledger lines and windows, with their JSON forms."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from analysis.risk.log import dump_canonical
from analysis.risk.points import to_points


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule that fired at `t_ms` on record (`stream`, `seq`), for something that began at `since_ms`.

    `delta_milli` is what it added to the score, `score_milli` the score after it, `confidence_milli`
    thousandths of a percent (None = not known). `evidence_*` names the record to show a person. `lasting`
    flags belong to an episode.
    """

    id: str
    rule: str
    severity: str
    since_ms: int
    t_ms: int
    stream: str
    seq: int
    n: int
    delta_milli: int
    score_milli: int
    confidence_milli: int | None
    evidence_stream: str
    evidence_seq: int
    evidence_t_ms: int
    lasting: bool

    @property
    def delta(self) -> int | float:
        return to_points(self.delta_milli)

    @property
    def score(self) -> int | float:
        return to_points(self.score_milli)

    @property
    def confidence(self) -> int | float | None:
        """0 to 100, None = not known."""
        return None if self.confidence_milli is None else to_points(self.confidence_milli)

    def to_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "rule": self.rule,
            "severity": self.severity,
            "since": self.since_ms,
            "t": self.t_ms,
            "stream": self.stream,
            "seq": self.seq,
            "n": self.n,
            "delta": self.delta,
            "score": self.score,
            "confidence": self.confidence,
            "evidence_stream": self.evidence_stream,
            "evidence_seq": self.evidence_seq,
            "evidence_t": self.evidence_t_ms,
        }


@dataclass(frozen=True, slots=True)
class Episode:
    """A closed, confirmed episode: `start_ms` to `end_ms`; `flags` are the ids that it raised."""

    rule: str
    start_ms: int
    end_ms: int
    worst_stream: str
    worst_seq: int
    flags: tuple[str, ...]

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms

    def to_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "start": self.start_ms,
            "end": self.end_ms,
            "duration_ms": self.duration_ms,
            "worst_stream": self.worst_stream,
            "worst_seq": self.worst_seq,
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ledger. `cause` is rule, decay or window; only a rule's line has `rule`, `stream` and
    `seq`.

    `add_milli` is what really changed, after floor and cap, so that the lines of a ledger add up to its
    balance.
    """

    t_ms: int
    cause: str
    rule: str | None
    ledger: str
    add_milli: int
    after_milli: int
    stream: str | None
    seq: int | None

    def to_json(self) -> dict[str, object]:
        return {
            "t": self.t_ms,
            "cause": self.cause,
            "rule": self.rule,
            "ledger": self.ledger,
            "add": to_points(self.add_milli),
            "after": to_points(self.after_milli),
            "stream": self.stream,
            "seq": self.seq,
        }


@dataclass(frozen=True, slots=True)
class WindowResult:
    """A closed window of a ledger and the points it held."""

    ledger: str
    start_ms: int
    end_ms: int
    points_milli: int
    flagged: bool

    def to_json(self) -> dict[str, object]:
        return {
            "ledger": self.ledger,
            "start": self.start_ms,
            "end": self.end_ms,
            "points": to_points(self.points_milli),
            "flagged": self.flagged,
        }


def flag_id(session_id: str, rule: str, since_ms: int, t_ms: int, stream: str, seq: int) -> str:
    """A UUID from SHA-256, the same in every replay; with the stream, because `seq` counts inside one."""
    name = dump_canonical([session_id, rule, since_ms, t_ms, stream, seq])
    return str(uuid.UUID(bytes=hashlib.sha256(name.encode("ascii")).digest()[:16], version=5))

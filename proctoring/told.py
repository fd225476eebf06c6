"""What proctors told a candidate during the exam, to be read again at any time."""

from dataclasses import asdict, dataclass
from typing import Any

from exams.models import Session
from proctoring.models import Observation

WARNED, EXTENDED, EXCUSED = "warned", "time_given", "screen_excused"
READ = "warning_read"
_KINDS = {WARNED: "warning", EXTENDED: "time", EXCUSED: "screen"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said, numbered within its kind. `read_ms` is when the candidate said that it was read."""

    kind: str
    number: int
    t_ms: int
    text: str
    minutes: int
    read_ms: int | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def told_to(session: Session) -> list[Told]:
    """In the order in which it was said."""
    said = Observation.objects.filter(session=session, stream="server", record__ev__in=list(_KINDS))
    read = _read(session)
    told = (told_of(row, read) for row in said.order_by("seq"))
    # Time that was taken back is in the countdown, and no gift.
    return [one for one in told if one.kind != "time" or one.minutes > 0]


def told_of(row: Observation, read: dict[int, int] | None = None) -> Told:
    event, detail = str(row.record["ev"]), row.record["detail"]
    number = int(detail["number"])
    return Told(
        kind=_KINDS[event],
        number=number,
        t_ms=row.t_ms,
        text=str(detail.get("message", "")),
        minutes=max(0, int(detail.get("minutes", 0))),
        read_ms=(read or {}).get(number) if event == WARNED else None,
    )


def _read(session: Session) -> dict[int, int]:
    """When each warning was first said to be read, by its number."""
    rows = Observation.objects.filter(session=session, stream="browser", record__ev=READ).order_by("-t_ms")
    numbers = (((row.record.get("detail") or {}).get("number"), row.t_ms) for row in rows)
    return {number: t_ms for number, t_ms in numbers if isinstance(number, int)}

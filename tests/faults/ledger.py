"""What the stack made of a sitting, asked of the database, the API, the receiver and the logs themselves."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.faults.story import Expected

# What the server itself remarks on in every sitting of ours: no camera check, no pictures.
OF_THE_SERVER = frozenset({"FACE_NOT_CHECKED", "FACE_CHECK_OPEN", "VIDEO_GAP", "SOUND_GAP"})
_MORE = ("During handling of the above exception", "The above exception was the direct cause")
_PLAIN_ERROR = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)")


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting as the database has it."""

    events: Mapping[int, str]
    flags: Mapping[str, Expected]
    # Raised while it went on, and not by the final replay of everything that came: marked so, and kept.
    taken_back: Mapping[str, Expected]
    state: str
    unfinished_jobs: Sequence[str]
    waiting_deliveries: int
    reports: int


def read_sitting(database: psycopg.Connection, session: str) -> Sitting:
    def rows(query: str, *arguments: object) -> list[tuple]:
        return database.execute(query, arguments or (session,)).fetchall()

    events = rows(
        "SELECT seq, record->>'ev' FROM proctoring_observation"
        " WHERE session_id = %s AND stream = 'browser' ORDER BY seq"
    )
    raised = rows("SELECT id::text, rule, since_ms, in_final FROM proctoring_flag WHERE session_id = %s")
    jobs = rows(
        "SELECT kind || ' ' || state || ': ' || last_error FROM jobs_job WHERE payload->>'session' = %s"
        " AND state <> 'done' AND next_attempt_at < now() + interval '10 minutes'"
    )
    waiting = rows(
        "SELECT count(*) FROM webhooks_delivery d JOIN webhooks_event e ON e.id = d.event_id"
        " WHERE e.data->>'session' = %s AND d.state <> 'delivered'"
    )
    state = rows("SELECT state FROM exams_session WHERE id = %s")
    reports = rows("SELECT count(*) FROM reports_report WHERE session_id = %s")
    return Sitting(
        events=dict(events),
        flags={flag_id: Expected(rule, since_ms) for flag_id, rule, since_ms, final in raised if final},
        taken_back={
            flag_id: Expected(rule, since_ms) for flag_id, rule, since_ms, final in raised if not final
        },
        state=state[0][0],
        unfinished_jobs=[job for (job,) in jobs],
        waiting_deliveries=waiting[0][0],
        reports=reports[0][0],
    )


def told_flags(bodies: Mapping[str, bytes], session: str) -> Counter[str]:
    """The flags of a sitting that webhooks told of, each as often as there were messages of its own."""
    messages = [json.loads(body) for body in bodies.values()]
    return Counter(
        message["data"]["flag"]
        for message in messages
        if message["type"] == "flag.raised" and message["data"]["session"] == session
    )


def reported_flags(report: Mapping[str, object], *, rules: frozenset[str]) -> Counter[Expected]:
    """What the report's timeline lists of these rules."""
    timeline = report["timeline"]
    assert isinstance(timeline, list)
    return Counter(
        Expected(entry["event_type"], entry["since_ms"]) for entry in timeline if entry["event_type"] in rules
    )


@dataclass(slots=True)
class LogReader:
    """What the processes of the stack write from now on."""

    logs: Sequence[Path]
    offsets: dict[Path, int]

    @classmethod
    def of(cls, logs: Sequence[Path]) -> "LogReader":
        return cls(logs, {log: log.stat().st_size if log.exists() else 0 for log in logs})

    def errors(self) -> Counter[str]:
        """The kinds of the exceptions whose tracebacks were written."""
        found: Counter[str] = Counter()
        for log in self.logs:
            with log.open("rb") as file:
                file.seek(self.offsets[log])
                found.update(errors_in(file.read().decode(errors="replace")))
        return found


def errors_in(text: str) -> list[str]:
    """The exceptions that ended a traceback, in plain lines or within a line of JSON."""
    found: list[str] = []
    within = False
    for line in _unfolded(text):
        if line.startswith("Traceback (most recent call last)"):
            within = True
        elif line.startswith(_MORE) and found:
            # What was handled on the way is told before what it came to.
            found.pop()
        elif within and line[:1] not in (" ", "") and (error := _PLAIN_ERROR.match(line)):
            found.append(error.group(1).rpartition(".")[2])
            within = False
    return found


def _unfolded(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("{"):
            lines.append(line.lstrip("|+- ") if line.lstrip().startswith("|") else line)
            continue
        try:
            document = json.loads(line)
        except ValueError:
            continue
        for value in document.values():
            if isinstance(value, str) and "Traceback" in value:
                lines += value.splitlines()
    return lines

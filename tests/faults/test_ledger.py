"""What is read out of logs, webhooks and reports."""

import json
from collections import Counter
from pathlib import Path

from tests.faults.ledger import LogReader, errors_in, reported_flags, told_flags
from tests.faults.story import Expected

PLAIN = """\
2026-11-21 12:00:00 ERROR jobs failed
Traceback (most recent call last):
  File "one.py", line 1, in <module>
    work()
KeyError: 'handled on the way'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "two.py", line 2, in work
    more()
  + deeper
psycopg.errors.AdminShutdown: terminating connection
CONTEXT:  while deleting
2026-11-21 12:00:01 INFO went on
"""


def test_of_a_chain_what_it_came_to_counts() -> None:
    assert errors_in(PLAIN) == ["AdminShutdown"]


def test_a_line_of_json_may_hold_a_traceback() -> None:
    line = json.dumps({"level": "ERROR", "exc_info": PLAIN.partition("\n")[2].rpartition("\n2026")[0]})
    assert errors_in(f"{line}\n{json.dumps({'level': 'INFO'})}\n") == ["AdminShutdown"]


def test_lines_without_a_traceback_hold_no_error() -> None:
    assert errors_in("ValueError: only said\n{broken json\n") == []


def test_only_what_was_written_since_counts(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text(PLAIN)
    reader = LogReader.of([log])
    assert reader.errors() == Counter()
    with log.open("a") as file:
        file.write(PLAIN)
    assert reader.errors() == Counter({"AdminShutdown": 1})


def message(kind: str, flag: str, session: str = "s") -> bytes:
    return json.dumps({"type": kind, "data": {"flag": flag, "session": session}}).encode()


def test_each_message_of_its_own_tells_of_a_flag() -> None:
    bodies = {
        "evt_1": message("flag.raised", "a"),
        "evt_2": message("flag.raised", "a"),
        "evt_3": message("flag.closed", "a"),
        "evt_4": message("flag.raised", "b", "other"),
    }
    assert told_flags(bodies, "s") == Counter({"a": 2})


def test_the_report_lists_flags_among_other_things() -> None:
    timeline = [
        {"event_type": rule, "since_ms": at} for rule, at in (("COPY", 5), ("COPY", 5), ("PAUSED", 7))
    ]
    listed = reported_flags({"timeline": timeline}, rules=frozenset({"COPY"}))
    assert listed == Counter({Expected("COPY", 5): 2})

"""CSV and JSON: the columns and keys that were promised, and nothing that a spreadsheet runs."""

import csv
import io
import json

import pytest

from proctoring.intervals import Interval
from reports.content import AuditHead, Measured, Snapshot
from reports.csv_export import COLUMNS, events_csv, intervals_csv
from reports.json_export import intervals_of_json, report_json
from reports.plain_text import file_name_part, plain, spreadsheet_cell
from tests.reports.contents import STARTED_AT, content, entry, ruling, standing

INTERVALS = (Interval(0, 12_500, 10_500, True), Interval(12_500, 65_000, 0, False))


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_csv_of_a_session() -> None:
    assert rows(events_csv(content())) == [
        list(COLUMNS),
        [
            "10:00:10",
            "1795251610.000",
            "NO_FACE",
            "warning",
            "93.5",
            "5",
            "5",
            "0",
            "",
            "",
            "https://north.example/evidence/1.jpg",
            *("", "", "", ""),
        ],
    ]


def test_the_csv_says_how_final_it_is_and_what_people_said() -> None:
    said = rows(events_csv(content(standing=standing(), timeline=(entry(ruling=ruling(reason="=A pen.")),))))
    open_one = rows(events_csv(content(standing=standing(unreviewed_flags=2, decision=None))))

    assert said[0][-4:] == ["verdict", "verdict_reason", "verdict_by", "report_status"]
    assert said[1][-4:] == [
        "dismissed",
        "'=A pen.",
        "Bob",
        "Final: every flag is reviewed, and a person has decided.",
    ]
    assert open_one[1][-4:] == ["", "", "", "Provisional: 2 flags are unreviewed."]


def test_a_replay_counts_from_the_start_and_unknown_stays_empty() -> None:
    bare = entry(timestamp=None, since_ms=14_500, snapshot=None, confidence=None, measured=Measured())
    assert rows(events_csv(content(timeline=(bare,))))[1] == [
        "00:00:14", "", "NO_FACE", "warning", "", "5", "5", "", "", "", "", "", "", "", "",
    ]  # fmt: skip


def test_truth_is_written_in_words() -> None:
    measured = Measured(face_count=2, looking_away=True, phone_detected=False)
    assert rows(events_csv(content(timeline=(entry(measured=measured),))))[1][7:10] == ["2", "true", "false"]


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
        "\tx",
        "\rx",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠SUM",
        " =1+1",
        "\u00a0=1",
    ],
)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.5", "12", "No face seen", "", "a=b", "O'Neil"])
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert spreadsheet_cell(text) == text


def test_no_cell_of_the_csv_is_a_formula() -> None:
    snapshot = Snapshot(url="=1+1", sha256="", jpeg=None)
    hostile = entry(event_type="=cmd|' /C calc'!A0", snapshot=snapshot)
    row = rows(events_csv(content(timeline=(hostile,))))[1]
    assert (row[2], row[10]) == ("'=cmd|' /C calc'!A0", "'=1+1")


def test_the_json_says_how_final_it_is_and_what_people_said() -> None:
    final = json.loads(report_json(content(standing=standing(), timeline=(entry(ruling=ruling()),))))
    first = json.loads(report_json(content(standing=standing(unreviewed_flags=1, decision=None))))

    assert (final["status"], final["unreviewed_flags"]) == ("final", 0)
    assert final["confirmed"] == {
        "critical_flags": 0,
        "warning_flags": 1,
        "info_flags": 0,
        "integrity_score": 92.0,
    }
    assert final["decision"] == {
        "recommendation": "PASS_WITH_REVIEW",
        "reason": "She bent down once.",
        "decided_by": "Alice",
        "decided_at": "2026-11-21T12:00:00.000Z",
    }
    assert final["timeline"][0]["verdict"] == {
        "decision": "dismissed",
        "reason": "Picked up a pen.",
        "decided_by": "Bob",
        "decided_at": "2026-11-21T11:00:00.000Z",
    }
    assert final["summary"] == first["summary"]
    assert (first["status"], first["unreviewed_flags"], first["decision"]) == ("provisional", 1, None)


def test_the_json_of_a_session() -> None:
    assert json.loads(report_json(content(intervals=INTERVALS))) == {
        "status": "replay",
        "session_id": "6f9c2f0e-0000-4000-8000-000000000001",
        "candidate_id": "c1",
        "duration_actual": 1.1,
        "summary": {
            "total_events": 1,
            "critical_flags": 0,
            "warning_flags": 1,
            "integrity_score": 91.2,
        },
        "coverage": 0.97,
        "timeline": [
            {
                "timestamp": "2026-11-21T09:00:10.000Z",
                "since_ms": 10_000,
                "event_type": "NO_FACE",
                "severity": "warning",
                "duration_ms": 7500,
                "confidence": 93.5,
                "snapshot_url": "https://north.example/evidence/1.jpg",
                "verdict": None,
            }
        ],
        "intervals": [
            {"start_ms": 0, "end_ms": 12_500, "interval_score": 10.5, "flagged": True},
            {"start_ms": 12_500, "end_ms": 65_000, "interval_score": 0, "flagged": False},
        ],
        "recommendation": "PASS_WITH_REVIEW",
        "policy": {"name": "default", "sha256": "a" * 64},
        "adjusted": None,
        "digests": {"log_root": "b" * 64, "result": "c" * 64, "engine": "1"},
    }


def test_the_json_names_the_audit_logs_end_as_the_command_reads_it() -> None:
    head = AuditHead(institution="north", number=812, sha256="d" * 64, at=STARTED_AT)
    assert json.loads(report_json(content(audit=head)))["audit"] == {
        "institution": "north",
        "number": 812,
        "hash": "d" * 64,
        "at": "2026-11-21T09:00:00.000Z",
    }


def test_the_intervals_as_csv_and_back_from_the_json() -> None:
    again = intervals_of_json(report_json(content(intervals=INTERVALS)))
    assert again == INTERVALS
    assert rows(intervals_csv(again)) == [
        ["start_s", "end_s", "interval_score", "flagged"],
        ["0", "12.5", "10.5", "true"],
        ["12.5", "65", "0", "false"],
    ]
    assert intervals_of_json(b'{"summary": {}}') == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\n lines\t", "two lines"),
        ("a\u202eb\u2066c", "abc"),
        ("nul\x00\x07", "nul"),
        ("e\u0301", "é"),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_file_names_are_plain_ascii() -> None:
    assert file_name_part('Żółć/../"x"\r\n 张') == "Zoc-x"

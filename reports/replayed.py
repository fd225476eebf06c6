"""The report of a recorded video: a folder of files, no database."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from proctoring.footage import Footage
from proctoring.intervals import intervals_of
from reports import assembly
from reports.content import ReportContent, Snapshot
from reports.csv_export import events_csv, intervals_csv
from reports.json_export import report_json
from reports.pdf import report_pdf

SNAPSHOTS = "snapshots"
_OURS = re.compile(r"[0-9]{6}\.jpg\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a replay comes from."""

    video_name: str
    fps: float
    session_id: str


def report_of(footage: Footage, source: Source, pictures: Mapping[int, bytes]) -> ReportContent:
    """`pictures` are JPEG bytes by frame number."""
    result = footage.result
    return ReportContent(
        session_id=source.session_id,
        candidate_id="unknown",
        candidate_name="Person in the video",
        exam_title=source.video_name,
        institution="Replay of a recording",
        zone=UTC,
        started_at=None,
        ended_at=None,
        ending="",
        version=1,
        summary=assembly.summary(result),
        curve=result.curve,
        timeline=assembly.timeline(
            result, started_at=None, snapshots=_snapshots(footage, pictures), rulings={}
        ),
        policy_name=result.policy_name,
        policy_sha256=result.policy_sha256,
        digests=assembly.digests(result),
        notes=_notes(footage, source),
        intervals=intervals_of(footage.records, result.duration_ms),
    )


def write_folder(
    folder: Path, footage: Footage, content: ReportContent, pictures: Mapping[int, bytes]
) -> None:
    """Write or replace the report's files; other files in the folder are left alone."""
    snapshots = folder / SNAPSHOTS
    snapshots.mkdir(parents=True, exist_ok=True)
    wanted = {file_name(seq): jpeg for seq, jpeg in pictures.items()}
    for name, jpeg in wanted.items():
        _write(snapshots / name, jpeg)
    for old in snapshots.iterdir():
        if _OURS.match(old.name) and old.name not in wanted:
            old.unlink()
    _write(folder / "log.jsonl", "".join(f"{line}\n" for line in footage.log_lines()).encode())
    _write(folder / "events.csv", events_csv(content))
    _write(folder / "intervals.csv", intervals_csv(content.intervals))
    _write(folder / "report.json", report_json(content))
    _write(folder / "report.pdf", report_pdf(content))


def file_name(seq: int) -> str:
    return f"{seq:06}.jpg"


def _snapshots(footage: Footage, pictures: Mapping[int, bytes]) -> dict[str, Snapshot]:
    return {
        flag.id: Snapshot(
            url=f"{SNAPSHOTS}/{file_name(flag.picture_seq)}",
            sha256=hashlib.sha256(pictures[flag.picture_seq]).hexdigest(),
            jpeg=pictures[flag.picture_seq],
        )
        for flag in footage.result.flags
        if flag.picture_seq is not None and flag.picture_seq in pictures
    }


def _notes(footage: Footage, source: Source) -> tuple[str, ...]:
    normal = (
        "Head and eyes are measured against the person's own normal from the first good pictures."
        if footage.baseline
        else "The first 30 seconds showed no neutral face, so angles are those to the camera."
    )
    return (
        f"Replayed from {source.video_name} at {source.fps:g} pictures a second; its time of day is unknown.",
        normal,
    )


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: a reader never sees half a file."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    os.replace(part, path)

"""The console's JSON: rows of the wall and the risk curve, as the wire contract names them."""

from typing import Any

from django.urls import reverse

from proctoring.hints import evidence_path, thumbnail_path
from proctoring.queries import Curve, FlagBrief, SeverityCounts, WallRow


def wall_json(rows: list[WallRow]) -> dict[str, Any]:
    return {"sessions": [_row_json(row) for row in rows]}


def curve_json(curve: Curve) -> dict[str, Any]:
    return {
        "t_ms": [point.t_ms for point in curve.points],
        "score": [point.score_milli / 1000 for point in curve.points],
        "flags": [{**_brief_json(flag), "t_ms": flag.t_ms} for flag in curve.flags],
        "duration_ms": curve.duration_ms,
    }


def _row_json(row: WallRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "candidate": row.candidate,
        "state": row.state.value,
        "online": row.online,
        "score": row.score_milli / 1000,
        "integrity_score": row.integrity_milli / 1000,
        "coverage": row.coverage,
        "thumbnail": _thumbnail_url(row),
        "newest_flag": _brief_json(row.newest_flag) if row.newest_flag else None,
        "flag_counts": _counts_json(row.flag_counts),
        "open_flags": [_brief_json(flag) for flag in row.open_flags],
        "url": reverse("proctoring:session", args=[row.id]),
        "started_at": row.started_at.isoformat() if row.started_at else None,
        "remaining_ms": row.remaining_ms,
        "unusual": row.unusual,
    }


def _thumbnail_url(row: WallRow) -> str | None:
    return thumbnail_path(row.id, row.last_video_seq) if row.last_video_seq else None


def _brief_json(flag: FlagBrief) -> dict[str, Any]:
    return {
        "id": str(flag.id),
        "rule": flag.rule,
        "label": flag.label,
        "severity": flag.severity,
        "since_ms": flag.since_ms,
        "evidence_url": evidence_path(flag.id) if flag.has_evidence else None,
    }


def _counts_json(counts: SeverityCounts) -> dict[str, int]:
    return {"critical": counts.critical, "warning": counts.warning, "info": counts.info}

"""The console's JSON: the wall, its panel and the risk curve, as the wire contract names them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.urls import reverse

from exams.models import Exam, Session
from exams.notices import notice_of
from exams.states import UNDER_WAY
from proctoring.acts import acts_json, recent_acts
from proctoring.chats import Waiting, message_json, messages_of, waiting_json, waiting_of
from proctoring.hints import evidence_path, thumbnail_path
from proctoring.queries import (
    Curve,
    FlagBrief,
    SeverityCounts,
    WallRow,
    flag_brief,
    flags_with_verdicts,
    wall_rows,
)
from proctoring.watchers import watchers_json, watchers_of

FLAGS_IN_PANEL = 5


def wall_json(exam: Exam, now: datetime) -> dict[str, Any]:
    rows = wall_rows(exam, now)
    waiting = waiting_of([row.id for row in rows])
    return {
        "sessions": [_row_json(row, waiting.get(row.id, Waiting())) for row in rows],
        "watchers": watchers_json(watchers_of(exam.id, now)),
        "acts": acts_json(recent_acts(exam, now)),
    }


def company_json(session: Session, now: datetime) -> dict[str, Any]:
    """Who has this session before them, and what was done to it last."""
    there = [watcher for watcher in watchers_of(session.exam_id, now) if watcher.session_id == session.id]
    done = [act for act in recent_acts(session.exam, now) if act.session == str(session.id)]
    return {"watchers": watchers_json(there), "acts": acts_json(done)}


def panel_json(session: Session) -> dict[str, Any]:
    """What a row of the wall does not say: the last flags, what is on, and what was written."""
    flags = flags_with_verdicts().filter(session=session).exclude(in_final=False).order_by("-t_ms", "-id")
    return {
        "id": str(session.id),
        "flags": [_brief_json(flag_brief(flag)) for flag in flags[:FLAGS_IN_PANEL]],
        "watched": [asdict(watched) for watched in notice_of(session).watched],
        "messages": [message_json(message, to_candidate=False) for message in messages_of(session)],
    }


def curve_json(curve: Curve) -> dict[str, Any]:
    return {
        "t_ms": [point.t_ms for point in curve.points],
        "score": [point.score_milli / 1000 for point in curve.points],
        "flags": [{**_brief_json(flag), "t_ms": flag.t_ms} for flag in curve.flags],
        "duration_ms": curve.duration_ms,
    }


def _row_json(row: WallRow, waiting: Waiting) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "candidate": row.candidate,
        "external_id": row.external_id,
        "state": row.state.value,
        "online": row.online,
        "score": row.score_milli / 1000,
        "integrity_score": row.integrity_milli / 1000,
        "coverage": row.coverage,
        "thumbnail": _thumbnail_url(row),
        "screen": reverse("proctoring:screen", args=[row.id]) if _shows_screen(row) else None,
        "newest_flag": _brief_json(row.newest_flag) if row.newest_flag else None,
        "flag_counts": _counts_json(row.flag_counts),
        "open_flags": [_brief_json(flag) for flag in row.open_flags],
        "url": reverse("proctoring:session", args=[row.id]),
        "started_at": row.started_at.isoformat() if row.started_at else None,
        "remaining_ms": row.remaining_ms,
        "unusual": row.unusual,
        "waiting": waiting_json(waiting),
    }


def _shows_screen(row: WallRow) -> bool:
    return row.watches_screen and row.state in UNDER_WAY


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

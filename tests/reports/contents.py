"""Report contents made by hand, for what the exports say about them."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from proctoring.curve import CurvePoint
from reports.content import Digests, Measured, ReportContent, Ruling, Snapshot, Summary, TimelineEntry
from reports.standing import ConfirmedFlags, SittingDecision, Standing

STARTED_AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def picture(colour: str = "steelblue") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(target, "JPEG")
    return target.getvalue()


def entry(number: int = 1, **changes: Any) -> TimelineEntry:
    since_ms = changes.pop("since_ms", number * 10_000)
    made = TimelineEntry(
        flag_id=f"flag-{number}",
        timestamp=STARTED_AT + timedelta(milliseconds=since_ms),
        since_ms=since_ms,
        event_type="NO_FACE",
        label="No face seen",
        explanation="No face was in the picture for more than 3 seconds.",
        severity="warning",
        duration_ms=7500,
        confidence=93.5,
        risk_delta=5.0,
        risk_total=5.0 * number,
        measured=Measured(face_count=0),
        snapshot=Snapshot(
            url=f"https://north.example/evidence/{number}.jpg", sha256="e" * 64, jpeg=picture()
        ),
    )
    return replace(made, **changes)


def ruling(**changes: Any) -> Ruling:
    made = Ruling(
        code="dismissed",
        decision="Dismissed",
        reason="Picked up a pen.",
        person="Bob",
        decided_at=STARTED_AT + timedelta(hours=2),
    )
    return replace(made, **changes)


def standing(**changes: Any) -> Standing:
    made = Standing(
        unreviewed_flags=0,
        confirmed=ConfirmedFlags(critical=0, warning=1, info=0, integrity_score=92.0),
        decision=SittingDecision(
            recommendation="PASS_WITH_REVIEW",
            label="No objection, with remarks",
            reason="She bent down once.",
            person="Alice",
            decided_at=STARTED_AT + timedelta(hours=3),
        ),
    )
    return replace(made, **changes)


def content(**changes: Any) -> ReportContent:
    made = ReportContent(
        session_id="6f9c2f0e-0000-4000-8000-000000000001",
        candidate_id="c1",
        candidate_name="Dana Candidate",
        exam_title="Logic I",
        institution="North",
        zone=ZoneInfo("Europe/Vienna"),
        started_at=STARTED_AT,
        ended_at=STARTED_AT + timedelta(seconds=65),
        ending="submitted",
        version=1,
        summary=Summary(
            total_events=1,
            critical_flags=0,
            warning_flags=1,
            info_flags=0,
            integrity_score=91.2,
            coverage=0.97,
            recommendation="PASS_WITH_REVIEW",
            duration_ms=65_000,
        ),
        curve=tuple(CurvePoint(t * 1000, min(t, 20) * 500) for t in range(66)),
        timeline=(entry(),),
        policy_name="default",
        policy_sha256="a" * 64,
        digests=Digests(log_root="b" * 64, result="c" * 64, engine="1"),
        notes=("The candidate agreed to notice 2026-11 on 21 November 2026.",),
    )
    return replace(made, **changes)

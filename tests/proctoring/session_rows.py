"""Rows of a sitting that was watched, written as the recording writes them."""

import hashlib
import io
import json
import uuid
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from PIL import Image, ImageDraw

from analysis.risk.fold import initial_state
from analysis.risk.library import load_policy
from exams.models import Session
from proctoring.models import Evidence, Flag, Observation, RiskState, WaitingFile
from proctoring.services import keeping


def drawn_face(size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG of a drawn face; nobody's."""
    picture = Image.new("RGB", size, (92, 108, 126))
    pen = ImageDraw.Draw(picture)
    width, height = size
    pen.ellipse((width * 0.36, height * 0.2, width * 0.64, height * 0.72), fill=(226, 190, 160))
    pen.rectangle((width * 0.26, height * 0.8, width * 0.74, height), fill=(52, 84, 122))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=75)
    return out.getvalue()


def make_risk(session: Session, **changes: Any) -> RiskState:
    policy = load_policy("default", presets_dir=None)
    fields: dict[str, Any] = {
        "policy_name": "default",
        "policy": json.loads(policy.source),
        "policy_sha256": policy.sha256,
        "fold": initial_state(policy, str(session.id)).to_json(),
        **changes,
    }
    return RiskState.objects.create(session=session, **fields)


def make_flag(session: Session, **changes: Any) -> Flag:
    fields = {
        "id": uuid.uuid4(),
        "rule": "NO_FACE",
        "label": "No face seen",
        "explain": "No face was seen for 3 s.",
        "severity": "warning",
        "since_ms": 14_000,
        "t_ms": 17_000,
        "stream": "video",
        "seq": 17,
        **changes,
    }
    return Flag.objects.create(session=session, **fields)


def make_evidence(flag: Flag, content: bytes | None = None) -> Evidence:
    content = content or drawn_face()
    key = keeping.name_of(flag.session, f"{flag.id}-{flag.seq}", content)
    keeping.keep_file(session_id=flag.session_id, storage_key=key, content=content)
    # Where a job is woken at once, it has been done already.
    for waiting in WaitingFile.objects.filter(storage_key=key):
        keeping.store_waiting(file_id=str(waiting.id), storage_key=key)
    return Evidence.objects.create(
        flag=flag,
        storage_key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        seq=flag.seq,
        t_ms=flag.t_ms,
        width_px=640,
        height_px=480,
    )


def make_event(session: Session, seq: int, t_ms: int, event: str, **detail: Any) -> Observation:
    record = {"stream": "browser", "seq": seq, "t": t_ms, "ev": event, "n": 1}
    if detail:
        record["detail"] = detail
    return Observation.objects.create(
        session=session, stream="browser", seq=seq, t_ms=t_ms, record=record, is_released=True
    )


def make_score(session: Session, seq: int, t_ms: int, score_milli: int) -> Observation:
    record = {"stream": "video", "seq": seq, "t": t_ms, "v": {"face_count": 1}}
    return Observation.objects.create(
        session=session,
        stream="video",
        seq=seq,
        t_ms=t_ms,
        record=record,
        is_released=True,
        score_milli=score_milli,
    )


def evidence_file(evidence: Evidence) -> Path:
    return Path(storages["evidence"].path(evidence.storage_key))

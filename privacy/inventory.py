"""What is held of a sitting, by kind: counts, and the hash of every stored file."""

from typing import Any

from django.db import models

from exams.models import Session
from privacy.services.deleting import Deleted
from proctoring.models import (
    Baseline,
    Evidence,
    FaceCheck,
    FaceTemplate,
    Flag,
    IdCard,
    Message,
    Observation,
    Piece,
    Recording,
    Review,
    RiskState,
    ScreenPicture,
    Unusualness,
    Verdict,
)
from reports.models import Report

ROWS: tuple[tuple[str, type[models.Model], str], ...] = (
    ("id_card", IdCard, "session"),
    ("face_template", FaceTemplate, "session"),
    ("face_check", FaceCheck, "session"),
    ("baseline", Baseline, "session"),
    ("message", Message, "session"),
    ("flag", Flag, "session"),
    ("verdict", Verdict, "flag__session"),
    ("review", Review, "session"),
    ("observation", Observation, "session"),
    ("risk_state", RiskState, "session"),
    ("unusualness", Unusualness, "session"),
)
FILES: tuple[tuple[str, type[models.Model], str], ...] = (
    ("picture", Evidence, "flag__session"),
    ("screen", ScreenPicture, "flag__session"),
    ("recording", Recording, "session"),
    ("piece", Piece, "session"),
)


def held_of(session: Session) -> list[Deleted]:
    """Everything that an erasure would delete; mere rows are counted by kind."""
    found = [Deleted("session", str(session.id))]
    for kind, model, path in FILES:
        rows: Any = model._default_manager.filter(**{path: session})
        found.extend(Deleted(kind, str(key), sha256) for key, sha256 in rows.values_list("id", "sha256"))
    for report in Report.objects.filter(session=session):
        hashes = {"pdf": report.pdf_sha256, "csv": report.csv_sha256, "json": report.json_sha256}
        found.extend(Deleted(f"report_{kind}", str(report.id), sha256) for kind, sha256 in hashes.items())
    for kind, model, path in ROWS:
        if count := model._default_manager.filter(**{path: session}).count():
            found.append(Deleted(kind, str(session.id), count=count))
    return found

"""The one place that deletes what is held of a sitting, by class: files first, then the rows that name them.

Each function may be cut off anywhere and called again. It says what it deleted by id and hash, so that
the deletion can be proved; nothing of what it says is personal.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import storages
from django.db import models, transaction

from accounts.retention import DataClass
from exams.models import Session
from jobs.storage import storage_at_hand
from privacy.services.stored_folders import delete_folder
from proctoring.models import (
    Baseline,
    Evidence,
    FaceCheck,
    FaceTemplate,
    Flag,
    IdCard,
    Message,
    Observation,
    PictureSignature,
    Piece,
    Recording,
    Review,
    RiskState,
    ScreenPicture,
    SignalState,
    Unusualness,
    WaitingFile,
    Watching,
)
from proctoring.services.memory import forget_in_memory
from proctoring.services.session_keys import Why, destroy_key
from reports.models import Report


@dataclass(frozen=True, slots=True)
class Deleted:
    """What is gone: one thing by its own id, or the `count` rows of a kind by the id of their sitting.

    `sha256` is of the file, empty for mere rows.
    """

    kind: str
    id: str
    sha256: str = ""
    size_bytes: int = 0
    count: int = 1


def delete_pictures(session: Session, *, why: Why = Why.RETENTION) -> list[Deleted]:
    """Pictures behind flags, screens, video and its pieces; what was sealed can be read by nobody after it.

    Raises:
        jobs.services.NotNow: storage is away; what is left goes the next time.
    """
    destroy_key(session=session, why=why)
    pictures = [*Evidence.objects.filter(flag__session=session)]
    screens = [*ScreenPicture.objects.filter(flag__session=session)]
    recordings = [*Recording.objects.filter(session=session)]
    pieces = [*Piece.objects.filter(session=session)]
    named: dict[str, list[Any]] = {"evidence": [*pictures, *screens], "recordings": [*recordings, *pieces]}
    for alias, rows in named.items():
        _delete_files(alias, [row.storage_key for row in rows])
        delete_folder(alias, _folder(session))
    gone = [
        *(Deleted("picture", str(row.id), row.sha256) for row in pictures),
        *(Deleted("screen", str(row.id), row.sha256) for row in screens),
        *(Deleted("recording", str(row.id), row.sha256, row.size_bytes) for row in recordings),
        *(Deleted("piece", str(row.id), row.sha256, row.size_bytes) for row in pieces),
    ]
    with transaction.atomic():
        WaitingFile.objects.filter(session=session).delete()
        for rows in named.values():
            _delete_rows(rows)
    forget_in_memory(session=session)
    return gone


def delete_id_card(session: Session) -> list[Deleted]:
    """The pictures and what was found and decided on them."""
    return _gone("id_card", IdCard.objects.filter(session=session))


def delete_biometrics(session: Session) -> list[Deleted]:
    """The numbers of a face; usually there are none since the sitting ended."""
    found = (
        _gone("face_template", FaceTemplate.objects.filter(session=session)),
        _gone("face_check", FaceCheck.objects.filter(session=session)),
        _gone("baseline", Baseline.objects.filter(session=session)),
    )
    forget_in_memory(session=session)
    return [thing for things in found for thing in things]


def delete_chat(session: Session) -> list[Deleted]:
    return _gone_all("message", session, Message.objects.filter(session=session))


def delete_reports(session: Session) -> list[Deleted]:
    """The report's files, the flags with their verdicts, and the review; pictures behind the flags go too.

    Raises:
        jobs.services.NotNow: storage is away; what is left goes the next time.
    """
    gone = delete_pictures(session) if _has_pictures(session) else []
    reports = [*Report.objects.filter(session=session)]
    _delete_files("reports", [key for row in reports for key in (row.pdf_key, row.csv_key, row.json_key)])
    delete_folder("reports", _folder(session))
    for row in reports:
        hashes = {"pdf": row.pdf_sha256, "csv": row.csv_sha256, "json": row.json_sha256}
        gone.extend(Deleted(f"report_{kind}", str(row.id), sha256) for kind, sha256 in hashes.items())
    with transaction.atomic():
        _delete_rows(reports)
        gone.extend(_gone("flag", Flag.objects.filter(session=session)))
        gone.extend(_gone("review", Review.objects.filter(session=session)))
    return gone


def delete_log(session: Session) -> list[Deleted]:
    """Measurements and events, what was computed from them, and the fold's state."""
    found = [
        _gone_all(kind, session, model.objects.filter(session=session))
        for kind, model in (
            ("observation", Observation),
            ("signal_state", SignalState),
            ("picture_signature", PictureSignature),
            ("unusualness", Unusualness),
            ("risk_state", RiskState),
            ("watching", Watching),
        )
    ]
    return [thing for things in found for thing in things]


def delete_session(session: Session, *, why: Why = Why.RETENTION) -> list[Deleted]:
    """Everything of the sitting and at last the sitting itself, with its link and its consent.

    Raises:
        jobs.services.NotNow: storage is away; what is left goes the next time.
    """
    if not Session.objects.filter(id=session.id).exists():
        return []
    gone = [
        *delete_pictures(session, why=why),
        *delete_id_card(session),
        *delete_biometrics(session),
        *delete_chat(session),
        *delete_reports(session),
        *delete_log(session),
    ]
    with transaction.atomic():
        # In one piece with the row: the key of a sitting that is gone must not be missed by a late worker.
        gone.extend(_gone("session", Session.objects.filter(id=session.id)))
    return gone


DELETERS: dict[DataClass, Callable[[Session], list[Deleted]]] = {
    DataClass.EVIDENCE: delete_pictures,
    DataClass.AFTER_DECISION: delete_pictures,
    DataClass.ID_CARD: delete_id_card,
    DataClass.CHAT: delete_chat,
    DataClass.REPORT: delete_reports,
    DataClass.LOG: delete_log,
    DataClass.IDENTITY: delete_session,
}
"""How each class of a sitting's data is deleted."""


def counted(gone: Iterable[Deleted]) -> dict[str, int]:
    """How many of each kind."""
    counts: dict[str, int] = {}
    for thing in gone:
        counts[thing.kind] = counts.get(thing.kind, 0) + thing.count
    return dict(sorted(counts.items()))


def _has_pictures(session: Session) -> bool:
    kept = Evidence.objects.filter(flag__session=session).exists()
    return kept or ScreenPicture.objects.filter(flag__session=session).exists()


def _folder(session: Session) -> str:
    return f"{session.institution_id}/{session.id}"


def _delete_files(alias: str, keys: Iterable[str]) -> None:
    """What is not there is deleted already."""
    with storage_at_hand():
        for key in filter(None, keys):
            storages[alias].delete(key)


def _gone(kind: str, rows: "models.QuerySet[Any]") -> list[Deleted]:
    gone = [Deleted(kind, str(key)) for key in rows.values_list("pk", flat=True).iterator()]
    rows.delete()
    return gone


def _gone_all(kind: str, session: Session, rows: "models.QuerySet[Any]") -> list[Deleted]:
    """Rows that may be tens of thousands are named together."""
    count = rows.count()
    rows.delete()
    return [Deleted(kind, str(session.id), count=count)] if count else []


def _delete_rows(rows: list[Any]) -> None:
    for row in rows:
        row.delete()

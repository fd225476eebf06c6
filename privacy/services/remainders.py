"""Deletes what hangs on no sitting: old webhook messages, people without one, files that no row names."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import Storage, storages

from accounts.member_invitations import forget_old as forget_invitations
from accounts.privacy_terms import current_terms
from accounts.tenancy import current_institution_id
from exams.holds import Holds, holds_in_force
from exams.models import Candidate, Session
from jobs.storage import storage_at_hand
from privacy.models import SubjectRequest
from privacy.services.deleting import Deleted
from privacy.services.stored_folders import files_beneath
from proctoring.models import Evidence, Piece, Recording, ScreenPicture, WaitingFile
from reports.models import Export, Report
from webhooks.services import forget_old

# A file comes before its row: what is younger may still get one.
STRAY_AFTER = timedelta(days=1)
INVITATIONS_KEPT = timedelta(days=30)


def delete_old_messages(*, now: datetime) -> list[Deleted]:
    """Webhook messages with their deliveries and tries; a hold on the whole institution keeps them."""
    if holds_in_force().institution:
        return []
    count = forget_old(before=now - timedelta(days=current_terms().webhooks_days))
    return [Deleted("webhook_message", str(current_institution_id()), count=count)] if count else []


def delete_old_invitations(*, now: datetime) -> list[Deleted]:
    """Of members; they hold an address and are over."""
    count = forget_invitations(before=now - INVITATIONS_KEPT)
    return [Deleted("member_invitation", str(current_institution_id()), count=count)] if count else []


def delete_unseated(*, now: datetime) -> list[Deleted]:
    """Candidates who have had no sitting for the whole period."""
    holds = holds_in_force()
    before = now - timedelta(days=current_terms().identity_days)
    unseated = [
        person
        for person in Candidate.objects.filter(sessions__isnull=True, created_at__lte=before)
        if not holds.cover_candidate(person.id)
    ]
    gone = [Deleted("candidate", str(person.id)) for person in unseated]
    for person in unseated:
        person.delete()
    return gone


def delete_strays(*, now: datetime) -> list[Deleted]:
    """Files that no row names: what a sitting or a worker that is gone left behind.

    Raises:
        jobs.services.NotNow: storage is away.
    """
    holds = holds_in_force()
    if holds.institution:
        return []
    folder = str(current_institution_id())
    gone: list[Deleted] = []
    for alias, known in _known_files().items():
        with storage_at_hand():
            names = files_beneath(storages[alias], folder)
            if alias == "reports":
                for beside in ("exports", "copies"):
                    names += files_beneath(storages[alias], f"{beside}/{folder}")
            strays = [name for name in names if name not in known and not _stays(name, holds)]
            gone += _deleted(alias, storages[alias], strays, now - STRAY_AFTER)
    return gone


def _deleted(alias: str, storage: Storage, names: Iterable[str], before: datetime) -> list[Deleted]:
    gone = []
    for name in names:
        try:
            if storage.get_modified_time(name) > before:
                continue
            size_bytes = storage.size(name)
        except FileNotFoundError:
            continue
        storage.delete(name)
        if not storage.exists(name):
            gone.append(Deleted("stray", f"{alias}/{name}"[-300:], size_bytes=size_bytes))
    return gone


def _stays(name: str, holds: Holds) -> bool:
    """Whether the file lies in the folder of a sitting that a hold covers, or that still is under way."""
    try:
        session_id = uuid.UUID(name.split("/")[1])
    except (IndexError, ValueError):
        return False
    if session_id in holds.sessions:
        return True
    session = Session.objects.filter(id=session_id).first()
    if session is None:
        return False
    covered = holds.cover(exam_id=session.exam_id, candidate_id=session.candidate_id, session_id=session.id)
    return covered or not session.has_ended


def _known_files() -> dict[str, set[str]]:
    reports: set[str] = set()
    for field in ("pdf_key", "csv_key", "json_key"):
        reports |= _keys(Report, field)
    return {
        "evidence": _keys(Evidence) | _keys(ScreenPicture) | _keys(WaitingFile),
        "recordings": _keys(Piece) | _keys(Recording),
        "reports": reports | _keys(Export) | _keys(SubjectRequest),
    }


def _keys(model: Any, field: str = "storage_key") -> set[str]:
    return set(model.objects.exclude(**{field: ""}).values_list(field, flat=True).iterator())

"""When no more pieces can come: those that are in the file are deleted, and objects that no row names."""

from datetime import timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from exams.models import Session
from jobs import services as jobs
from proctoring.models import Piece, Recording
from proctoring.recording_places import STORAGE
from proctoring.services import joining
from proctoring.services.joining import digest_of

KIND = "recordings.tidy"
# After the last late piece was taken and joined.
AFTER = timedelta(minutes=30)


def order(*, session: Session) -> None:
    if session.watched.recorded_sources:
        jobs.enqueue(KIND, due_at=timezone.now() + AFTER, session=str(session.id))


def tidy(*, session: Session) -> int:
    """How many files were deleted. Where a piece is not in the file, all pieces of that source stay.

    While pieces are being joined, the new file has no row yet: then it is done later.
    """
    if joining.is_open(session):
        order(session=session)
        return 0
    deleted = sum(_forget_pieces(recording) for recording in Recording.objects.filter(session=session))
    return deleted + _forget_strangers(session)


def _forget_pieces(recording: Recording) -> int:
    pieces = list(Piece.objects.filter(session=recording.session_id, source=recording.source))
    kept = [piece for piece in pieces if piece.storage_key]
    is_whole = recording.joined_digest == digest_of(pieces) and not recording.problems
    if not (recording.storage_key and is_whole):
        return 0
    with transaction.atomic():
        Piece.objects.filter(id__in=[piece.id for piece in kept]).update(storage_key="")
    for piece in kept:
        storages[STORAGE].delete(piece.storage_key)
    return len(kept)


def _forget_strangers(session: Session) -> int:
    """What a page put into the bucket and never confirmed."""
    folder = f"{session.institution_id}/{session.id}"
    known = {
        *Piece.objects.filter(session=session).values_list("storage_key", flat=True),
        *Recording.objects.filter(session=session).values_list("storage_key", flat=True),
    }
    try:
        _folders, names = storages[STORAGE].listdir(folder)
    except FileNotFoundError:
        return 0
    strangers = [key for name in names if (key := f"{folder}/{name}") not in known]
    for key in strangers:
        storages[STORAGE].delete(key)
    return len(strangers)

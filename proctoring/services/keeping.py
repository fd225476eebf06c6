"""Pictures on their way to storage: sealed in a row first, put away by a job, read from wherever they are.

The row is written in the transaction that names the file, so storage may be away or a worker be killed at
any moment: the file arrives once, under a name that says what it is, and nothing is left that no row names.
"""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import Conflict, NotFound
from accounts.sealing import SealBroken
from exams.models import Session
from jobs import services as jobs
from jobs.storage import storage_at_hand
from proctoring.models import Evidence, ScreenPicture, WaitingFile
from proctoring.services.session_keys import Erased, is_erased, open_for, seal_for

STORE, DROP = "proctoring.store_file", "proctoring.drop_file"
STORAGE = "evidence"


def name_of(session: Session, what: str, picture: bytes) -> str:
    """The same picture of the same thing always has the same name."""
    digest = hashlib.sha256(picture).hexdigest()[:16]
    return f"{session.institution_id}/{session.id}/{what}-{digest}.sealed"


@transaction.atomic
def keep_file(*, session_id: uuid.UUID, storage_key: str, content: bytes) -> None:
    """Seal it, let it wait in a row, and order that it is put into storage."""
    sealed = seal_for(session_id, content, name=storage_key)
    waiting, made = WaitingFile.objects.get_or_create(
        storage_key=storage_key,
        defaults={
            "session_id": session_id,
            "content": sealed,
            "sha256": hashlib.sha256(sealed).hexdigest(),
        },
    )
    if made:
        jobs.enqueue(STORE, file=str(waiting.id), key=storage_key)


@transaction.atomic
def drop_file(*, storage_key: str) -> None:
    """Forget what waits under this name and order that storage forgets it too."""
    if not storage_key:
        return
    WaitingFile.objects.filter(storage_key=storage_key).delete()
    jobs.enqueue(DROP, key=storage_key)


def store_waiting(*, file_id: str, storage_key: str) -> bool:
    """What the job does; whether the file is in storage and its row is gone.

    Raises:
        jobs.services.NotNow: storage is away, or did not keep what it was given.
    """
    waiting = WaitingFile.objects.filter(id=file_id).first()
    if waiting is not None:
        with storage_at_hand():
            _put(storage_key, bytes(waiting.content), waiting.sha256)
        if WaitingFile.objects.filter(id=file_id).delete()[0]:
            return True
    # Replaced or erased meanwhile: what a worker that was killed had put there goes as well.
    delete_stored(storage_key=storage_key)
    return False


def delete_stored(*, storage_key: str) -> None:
    """What is not there is deleted already; what a picture is kept under stays."""
    if _is_named(storage_key):
        return
    with storage_at_hand():
        storages[STORAGE].delete(storage_key)


def read_picture(kept: Evidence | ScreenPicture) -> bytes:
    """The picture, from its row while it waits, else from storage, if it is the one that was kept.

    Raises:
        Erased: the sitting's key was destroyed.
        NotFound: it is no longer stored.
        Conflict: it is not the one that was recorded.
    """
    session_id = kept.flag.session_id
    if is_erased(session_id):
        raise Erased
    try:
        content = open_for(session_id, _sealed(kept.storage_key), name=kept.storage_key)
    except FileNotFoundError:
        raise NotFound("evidence_gone", _("The picture of this flag is no longer stored.")) from None
    except SealBroken:
        raise _changed() from None
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise _changed()
    return content


def _changed() -> Conflict:
    return Conflict(
        "evidence_changed", _("The stored picture is not the one that was recorded, so it is not shown.")
    )


def _sealed(storage_key: str) -> bytes:
    waiting = WaitingFile.objects.filter(storage_key=storage_key).values_list("content", flat=True).first()
    if waiting is not None:
        return bytes(waiting)
    with storages[STORAGE].open(storage_key) as file:
        content: bytes = file.read()
    return content


def _put(storage_key: str, content: bytes, sha256: str) -> None:
    storage = storages[STORAGE]
    if _is_whole(storage_key, sha256):
        return
    # What a cut connection or a killed worker left there is not what was kept.
    storage.delete(storage_key)
    written = storage.save(storage_key, ContentFile(content))
    if written != storage_key or not _is_whole(storage_key, sha256):
        storage.delete(written)
        raise OSError("storage did not keep what it was given")


def _is_whole(storage_key: str, sha256: str) -> bool:
    try:
        with storages[STORAGE].open(storage_key) as file:
            return hashlib.sha256(file.read()).hexdigest() == sha256
    except FileNotFoundError:
        return False


def _is_named(storage_key: str) -> bool:
    """Whether a picture is kept under this name and no row waits to bring it."""
    named = Evidence.objects.filter(storage_key=storage_key).exists()
    return named or ScreenPicture.objects.filter(storage_key=storage_key).exists()

"""A copy of everything that is held about a person: made by a job, taken once, deleted soon."""

import hashlib
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, Gone
from accounts.models import User
from jobs import services as jobs
from jobs.models import Job
from jobs.storage import storage_at_hand
from privacy.models import RequestKind, RequestState, SubjectRequest
from privacy.services import requesting
from privacy.subject_archive import write_copy

KIND, FORGET = "privacy.copy", "privacy.forget_copy"
STORAGE = "reports"
KEPT = timedelta(days=7)
# Whoever took it may have been cut off: until then the connection can end what it began.
KEPT_AFTER_TAKING = timedelta(hours=1)


@transaction.atomic
def begin_copy(*, request: SubjectRequest, actor: User | None, ip: str = "") -> SubjectRequest:
    """Order the copy; the request is done when its file is there."""
    request = requesting.locked(request)
    requesting.check_open(request)
    if request.kind != RequestKind.ACCESS:
        raise Conflict("no_access", _("This request does not ask for a copy."))
    requesting.check_identity(request)
    if request.candidate_id is None:
        raise Gone("erased", _("This candidate’s data has been erased."))
    request.state = RequestState.RUNNING
    request.job = jobs.enqueue(KIND, request=str(request.id))
    request.save()
    requesting.note(request, "access_begun", actor=actor, ip=ip)
    return request


def make_copy(*, request: SubjectRequest, job: Job) -> SubjectRequest:
    """What the job does.

    Raises:
        jobs.services.NotNow: storage is away; the copy is made when it is back.
    """
    if request.state != RequestState.RUNNING or request.candidate is None:
        return request
    with TemporaryFile() as file, storage_at_hand():
        write_copy(
            file, request.candidate, tell=lambda done, total: jobs.report_progress(job, done / (total + 1))
        )
        storage_key = _store(request, file)
        return _offer(request, storage_key, size_bytes=file.seek(0, 2), sha256=_sha256(file))


@transaction.atomic
def take_copy(*, request: SubjectRequest, actor: User | None, ip: str = "") -> SubjectRequest:
    """Hand the file out, once: whoever needs it again asks for a new one."""
    request = requesting.locked(request)
    check_there(request)
    request.taken_at = timezone.now()
    request.save(update_fields=["taken_at"])
    jobs.enqueue(FORGET, due_at=request.taken_at + KEPT_AFTER_TAKING, request=str(request.id))
    requesting.note(request, "access_taken", actor=actor, ip=ip)
    return request


def check_there(request: SubjectRequest) -> None:
    """Raises Gone for a copy that was taken, was deleted, or is not made yet."""
    if request.taken_at is not None:
        raise Gone(
            "taken_already",
            _("This copy was taken already and is deleted. Write down a new request for another one."),
        )
    if not request.has_file:
        raise Gone("copy_not_there", _("This copy is not there: it is not ready yet, or was deleted."))


def forget_copy(*, request: SubjectRequest) -> bool:
    """Delete the file; whether there was one.

    Raises:
        jobs.services.NotNow: storage is away.
    """
    if not request.storage_key:
        return False
    with storage_at_hand():
        storages[STORAGE].delete(request.storage_key)
    return _forget_key(request)


@transaction.atomic
def _forget_key(request: SubjectRequest) -> bool:
    request = requesting.locked(request)
    request.storage_key, request.file_deleted_at = "", timezone.now()
    request.save(update_fields=["storage_key", "file_deleted_at"])
    requesting.note(request, "file_deleted", actor=None)
    return True


@transaction.atomic
def _offer(request: SubjectRequest, storage_key: str, *, size_bytes: int, sha256: str) -> SubjectRequest:
    request = requesting.locked(request)
    if request.state != RequestState.RUNNING:
        return request
    request.storage_key, request.size_bytes, request.sha256 = storage_key, size_bytes, sha256
    jobs.enqueue(FORGET, due_at=timezone.now() + KEPT, request=str(request.id))
    return requesting.close(request, RequestState.DONE, "access_ready", actor=None, sha256=sha256)


def _store(request: SubjectRequest, file: IO[bytes]) -> str:
    """Under a name of its own: a worker that was killed here left a file that the next one replaces."""
    name = f"copies/{request.institution_id}/{request.id}.zip"
    storages[STORAGE].delete(name)
    file.seek(0)
    storage_key: str = storages[STORAGE].save(name, File(file))
    return storage_key


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]

"""Erasure of a candidate or of one sitting: keys first, then files, rows and what was told to others.

The job may be cut off anywhere: what was found at its beginning is written down before anything is deleted,
and a second run deletes what is left and makes the same certificate.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Conflict, DomainError
from accounts.models import User
from accounts.privacy_terms import locked_terms
from accounts.tenancy import current_institution_id
from exams.holds import holds_in_force
from exams.models import Candidate, Session
from exams.states import UNDER_WAY
from jobs import services as jobs
from jobs.models import Job
from jobs.storage import storage_at_hand
from privacy import certificates
from privacy.inventory import held_of
from privacy.models import RequestKind, RequestState, SubjectRequest
from privacy.services import requesting, tombstones
from privacy.services.deleting import Deleted, delete_session
from privacy.services.tombstones import Mark
from proctoring.services.session_keys import Why, destroy_key
from reports.models import Export
from reports.services import exporting
from webhooks.models import Event

KIND = "privacy.erase"
WORD = "ERASE"


@transaction.atomic
def begin_erasure(*, request: SubjectRequest, word: str, actor: User | None, ip: str = "") -> SubjectRequest:
    """Order the erasure; nothing brings back what it deletes."""
    request = requesting.locked(request)
    requesting.check_open(request)
    if request.kind != RequestKind.ERASURE:
        raise Conflict("no_erasure", _("This request does not ask for an erasure."))
    requesting.check_identity(request)
    if word.strip().upper() != WORD:
        raise DomainError(
            "word_missing", _("Type %(word)s to confirm the erasure.") % {"word": WORD}, field="word"
        )
    check_may_be_erased(request, sessions_of(request))
    request.state = RequestState.RUNNING
    request.job = jobs.enqueue(KIND, request=str(request.id))
    request.save()
    requesting.note(request, "erasure_begun", actor=actor, ip=ip)
    return request


def erase(*, request: SubjectRequest, job: Job) -> SubjectRequest:
    """What the job does.

    Raises:
        jobs.services.NotNow: storage is away; the rest is erased when it is back.
    """
    if request.state != RequestState.RUNNING:
        return request
    sessions = sessions_of(request)
    try:
        request = _write_down(request, sessions)
        _destroy_keys(request, sessions)
        for done, session in enumerate(sessions):
            jobs.report_progress(job, done / (len(sessions) + 1))
            # Somebody may have begun it, or put it on hold, meanwhile.
            check_may_be_erased(request, Session.objects.filter(id=session.id))
            erase_sessions([session])
    except Conflict as refusal:
        return _stop(request, str(refusal))
    return _finish(request)


def check_may_be_erased(request: SubjectRequest, sessions: Iterable[Session]) -> None:
    """Raises Conflict for a sitting that goes on, and for what a legal hold covers."""
    holds = holds_in_force()
    held = holds.cover_candidate(request.subject_id) and request.session_id is None
    for session in sessions:
        if session.state in UNDER_WAY:
            raise Conflict(
                "sitting_under_way", _("A sitting of this candidate is under way. End it first, then erase.")
            )
        held = held or holds.cover(
            exam_id=session.exam_id, candidate_id=session.candidate_id, session_id=session.id
        )
    if held:
        raise Conflict(
            "legal_hold",
            _(
                "A legal hold covers this data, so it is not erased. "
                "Tell the candidate so, unless that is barred."
            ),
        )


@transaction.atomic
def _destroy_keys(request: SubjectRequest, sessions: list[Session]) -> None:
    """From then on nobody reads a picture, whatever happens to the rest; a hold comes before it or after."""
    locked_terms()
    check_may_be_erased(request, Session.objects.filter(id__in=[session.id for session in sessions]))
    for session in sessions:
        destroy_key(session=session, why=Why.ERASED)


def erase_sessions(sessions: Iterable[Session]) -> list[Deleted]:
    """Sittings with all that was made of them or told about them to others."""
    gone: list[Deleted] = []
    for session in sessions:
        _forget_archives(session)
        gone.extend(delete_session(session, why=Why.ERASED))
        Event.objects.filter(data__session=str(session.id)).delete()
    return gone


def sessions_of(request: SubjectRequest) -> list[Session]:
    """Of the whole candidate, or the one that the request names; those that are gone are not among them."""
    if request.session_id is not None:
        return list(Session.objects.filter(id=request.session_id))
    if request.candidate_id is None or request.found.get("session_only"):
        return []
    return list(Session.objects.filter(candidate_id=request.candidate_id).order_by("created_at", "id"))


@transaction.atomic
def _write_down(request: SubjectRequest, sessions: list[Session]) -> SubjectRequest:
    """Once: a second run finds less, and the certificate must say all."""
    request = requesting.locked(request)
    if not request.found:
        things = [thing for session in sessions for thing in held_of(session)]
        request.found = {
            "session_only": request.session_id is not None,
            "sessions": [str(session.id) for session in sessions],
            "things": [[one.kind, one.id, one.sha256, one.size_bytes, one.count] for one in things],
            "hashes": _hashes_of(request),
        }
        request.save(update_fields=["found"])
    return request


def _hashes_of(request: SubjectRequest) -> list[str]:
    candidate = request.candidate
    if candidate is None or request.session_id is not None:
        return ["", ""]
    return [tombstones.keyed(candidate.external_id), tombstones.keyed(candidate.email)]


def _finish(request: SubjectRequest) -> SubjectRequest:
    """The certificate's moment is fixed before it is written anywhere: a second run makes the same one."""
    found = dict(request.found)
    if "erased_at" not in found:
        found["erased_at"] = timezone.now().isoformat()
        SubjectRequest.objects.filter(id=request.id).update(found=found)
    erased_at = datetime.fromisoformat(found["erased_at"])
    told = _certificate(request, found, erased_at)
    mark = Mark(
        subject_id=str(request.subject_id),
        session_ids=tuple(found["sessions"]),
        external_id_hash=found["hashes"][0],
        email_hash=found["hashes"][1],
        erased_at=erased_at,
        certificate_sha256=certificates.sha256_of(told),
    )
    _forget_files_of(request)
    tombstones.write_file(mark)
    return _close(request, told, mark)


@transaction.atomic
def _close(request: SubjectRequest, told: dict[str, Any], mark: Mark) -> SubjectRequest:
    request = requesting.locked(request)
    if request.state != RequestState.RUNNING:
        return request
    if not request.found["session_only"]:
        Candidate.objects.filter(id=request.subject_id).delete()
        SubjectRequest.objects.filter(subject_id=request.subject_id).update(
            candidate=None, words="", identity_note=""
        )
    tombstones.bury(mark)
    request = requesting.locked(request)
    request.certificate, request.words = told, ""
    request.found = {"session_only": request.found["session_only"]}
    return requesting.close(
        request,
        RequestState.DONE,
        "erased",
        actor=None,
        certificate=mark.certificate_sha256,
        subject_id=mark.subject_id,
    )


@transaction.atomic
def _stop(request: SubjectRequest, words: str) -> SubjectRequest:
    """Somebody placed a hold, or a sitting was begun, after it was ordered: the request says so."""
    request = requesting.locked(request)
    request.refused_reason = words
    return requesting.close(request, RequestState.REFUSED, "refused", actor=None)


def _certificate(request: SubjectRequest, found: dict[str, Any], erased_at: datetime) -> dict[str, Any]:
    things = [Deleted(*one) for one in found["things"]]
    whole = [] if found["session_only"] else [Deleted("candidate", str(request.subject_id))]
    one_sitting = found["sessions"][0] if found["session_only"] and found["sessions"] else ""
    return certificates.certificate(
        request_id=str(request.id),
        institution=str(current_institution_id()),
        subject=f"session:{one_sitting}" if one_sitting else f"candidate:{request.subject_id}",
        asked_at=request.asked_at,
        erased_at=erased_at,
        keys_destroyed=len(found["sessions"]),
        found=[*things, *whole],
    )


def _forget_archives(session: Session) -> None:
    """Archives of an exam's reports hold this one's: whoever wants one asks for it again."""
    for export in Export.objects.filter(exam_id=session.exam_id, deleted_at=None, cancelled_at=None):
        with storage_at_hand():
            if export.storage_key:
                storages["reports"].delete(export.storage_key)
        exporting.cancel_export(export=export, actor=None)


def _forget_files_of(request: SubjectRequest) -> None:
    """Copies that were made of the person's data to be handed out."""
    if request.found["session_only"]:
        return
    for other in SubjectRequest.objects.filter(subject_id=request.subject_id).exclude(storage_key=""):
        with storage_at_hand():
            storages["reports"].delete(other.storage_key)
        SubjectRequest.objects.filter(id=other.id).update(storage_key="", file_deleted_at=timezone.now())

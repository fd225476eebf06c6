"""What pages and programs are told of candidates' requests."""

from django.db.models import QuerySet

from accounts.tenancy import current_institution_id
from exams.models import Candidate, Session
from privacy.models import SubjectRequest
from privacy.services import handing_out
from reports.row_stream import RowStream, zip_stream


def requests_of_institution() -> QuerySet[SubjectRequest]:
    """What is due first; what is closed comes last, the newest first."""
    found = SubjectRequest.objects.select_related("candidate", "session__exam", "job", "closed_by")
    return found.order_by("closed_at", "due_at", "id")


def candidate_named(words: str) -> Candidate | None:
    """By external id, or by an e-mail address that only one has."""
    words = words.strip()
    found = Candidate.objects.filter(external_id=words).first()
    if found is not None or "@" not in words:
        return found
    by_mail = list(Candidate.objects.filter(email__iexact=words)[:2])
    return by_mail[0] if len(by_mail) == 1 else None


def sittings_to_choose(candidate: Candidate) -> QuerySet[Session]:
    return Session.objects.filter(candidate=candidate).select_related("exam").order_by("created_at")


def copy_stream(request: SubjectRequest) -> RowStream:
    """Opened before it is marked as taken, so that one that cannot be read is not used up."""
    handing_out.check_there(request)
    return zip_stream(
        request.storage_key,
        institution_id=current_institution_id(),
        file_name=f"copy-{request.id.hex[:8]}.zip",
        size_bytes=request.size_bytes,
    )

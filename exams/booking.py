"""Sessions for other systems: they name an exam and a candidate, and neither needs to be known yet."""

from django.db import transaction

from accounts.models import Institution, User
from accounts.tenancy import current_institution_id
from exams import services
from exams.models import Candidate, Exam, Session
from exams.services import CandidateDetails, ExamSettings


@transaction.atomic
def book(*, settings: ExamSettings, details: CandidateDetails, actor: User | None, ip: str = "") -> Session:
    """Seat a candidate in the newest exam with exactly these settings; where there is none, it is made."""
    # Two that name the same new exam at once must not make it twice.
    Institution.objects.select_for_update(no_key=True).only("id").get(id=current_institution_id())
    exam = Exam.objects.filter(**services.as_fields(settings)).order_by("-created_at", "id").first()
    if exam is None:
        exam = services.create_exam(settings=settings, actor=actor, ip=ip)
    return services.add_candidate(exam=exam, details=details, actor=actor, ip=ip)


def details_of(external_id: str) -> CandidateDetails:
    """What is known of a candidate by the institution's own id; of a new one there is the id alone."""
    known = Candidate.objects.filter(external_id=external_id.strip()).first()
    if known is None:
        return CandidateDetails(external_id=external_id, name=external_id)
    return CandidateDetails(external_id=known.external_id, name=known.name, email=known.email)

"""A demonstration institution: an examiner who can sign in, an exam, and candidates with links."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import Membership, User
from accounts.services import register_institution
from accounts.tenancy import tenant_scope, unscoped
from exams import invitations
from exams.models import Exam, Invitation
from exams.services import CandidateDetails, ExamSettings, add_candidate, create_exam

EXAMINER_EMAIL = "examiner@demo.example"
EXAM_TITLE = "Demonstration exam"
INSTRUCTIONS = """Welcome to the demonstration exam.

1. Look at the screen and work as you would in an exam.
2. Leave the room for a few seconds, or let somebody look over your shoulder.
3. Switch to another tab and come back.

The examiner's live wall shows what was noticed, with a picture. Nothing is decided by software."""


@dataclass(frozen=True, slots=True)
class Demo:
    email: str
    password: str | None
    join_link: str


def ensure_demo() -> Demo:
    """Create the demonstration once; later calls answer the same login and a link that still works."""
    user = User.objects.filter(email=EXAMINER_EMAIL).first()
    if user is None:
        password = secrets.token_urlsafe(9)
        with transaction.atomic():
            _create(password)
        _remember(password)
        user = User.objects.get(email=EXAMINER_EMAIL)
    with unscoped("the demonstration's institution is found by its examiner"):
        membership = Membership.objects.get(user=user)
    with tenant_scope(membership.institution_id):
        return Demo(EXAMINER_EMAIL, _remembered(user), _usable_link())


def _create(password: str) -> None:
    membership = register_institution(
        name="Demo University", email=EXAMINER_EMAIL, password=password, owner_name="Demo Examiner"
    )
    with tenant_scope(membership.institution_id):
        create_exam(
            settings=ExamSettings(title=EXAM_TITLE, duration_minutes=60, instructions=INSTRUCTIONS),
            actor=membership.user,
        )


def _usable_link() -> str:
    exam = Exam.objects.order_by("created_at").first()
    if exam is None:
        return "(the demonstration exam was deleted)"
    unused = Invitation.objects.filter(session__exam=exam, consumed_at=None, revoked_at=None).first()
    link = invitations.link_of(unused) if unused else None
    if link:
        return link
    number = exam.sessions.count() + 1
    details = CandidateDetails(external_id=f"demo-{number}", name=f"Demo Candidate {number}")
    session = add_candidate(exam=exam, details=details, actor=None)
    return invitations.link_of(session.invitations.get()) or ""


def _secrets_file() -> Path:
    return settings.VAR_DIR / "demo.json"


def _remember(password: str) -> None:
    file = _secrets_file()
    file.touch(mode=0o600)
    file.write_text(json.dumps({"password": password}))


def _remembered(user: User) -> str | None:
    """The password that was made here, unless somebody has changed it since."""
    file = _secrets_file()
    if not file.exists():
        return None
    password = str(json.loads(file.read_text())["password"])
    return password if user.check_password(password) else None

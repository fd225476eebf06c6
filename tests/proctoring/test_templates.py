"""Face templates: encrypted while the sitting lasts, and gone with it."""

import json
from datetime import UTC

import pytest

from accounts.models import AuditEntry
from exams.models import Session
from exams.states import SessionState
from jobs.models import Job
from proctoring import jobs, services
from proctoring.comparing import identity_words
from proctoring.models import FaceCheck, FaceTemplate
from proctoring.services.templates import forget_template, keep_template, template_of
from tests.analysis.people import template
from tests.factories import make_exam, make_session
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def entries() -> list[tuple[str, str, dict[str, str]]]:
    kept = AuditEntry.objects.filter(action__startswith="face_template").order_by("number")
    return list(kept.values_list("action", "subject", "detail"))


def forget_job() -> Job:
    return Job.objects.get(kind="proctoring.forget_face")


def test_a_template_rests_encrypted_and_comes_back_whole() -> None:
    session = make_checking()
    keep_template(session=session, template=template())
    kept = FaceTemplate.objects.get()
    assert b"vector" not in bytes(kept.sealed)
    assert json.dumps(list(template().vector)[:3])[1:-1].encode() not in bytes(kept.sealed)
    assert template_of(session.id) == template()
    assert entries() == [("face_template.kept", f"session:{session.id}", {})]


def test_a_template_that_was_tampered_with_is_unknown_and_not_a_stranger() -> None:
    session, other = make_checking(), make_checking()
    for each in (session, other):
        keep_template(session=each, template=template())
    one, another = FaceTemplate.objects.get(session=session), FaceTemplate.objects.get(session=other)
    one.sealed = another.sealed
    one.save()
    assert template_of(session.id) is None
    another.sealed = bytes(another.sealed)[:-1] + b"\x00"
    another.key_id = "0000"
    another.save()
    assert template_of(other.id) is None


@pytest.mark.parametrize("end", [SessionState.SUBMITTED, SessionState.EXPIRED, SessionState.TERMINATED])
def test_the_template_goes_when_the_session_ends(end: SessionState) -> None:
    session = make_sitting()
    keep_template(session=session, template=template())
    services.end_session(session=session, to=end, reason="over")
    assert not FaceTemplate.objects.exists()
    assert template_of(session.id) is None
    subject = f"session:{session.id}"
    assert entries() == [
        ("face_template.kept", subject, {}),
        ("face_template.deleted", subject, {"reason": "session_ended"}),
    ]
    assert forget_template(session=session, reason="again") is False
    assert len(entries()) == 2


def test_the_sitting_says_when_the_numbers_of_the_face_went() -> None:
    session = make_sitting(make_exam(watch_identity=True))
    assert FaceCheck.objects.filter(session=session).exists()
    keep_template(session=session, template=template())
    assert "deleted" not in identity_words(session)
    services.end_session(session=session, to=SessionState.SUBMITTED)
    gone = FaceCheck.objects.get().template_deleted_at
    assert gone is not None
    session.refresh_from_db()
    day = gone.astimezone(UTC).strftime("%Y-%m-%d, %H:%M")
    assert identity_words(session).endswith(f"The numbers of the face were deleted on {day} (UTC).")


def test_a_second_check_keeps_the_face_again() -> None:
    session = make_checking(make_exam(watch_identity=True))
    FaceCheck.objects.create(session=session, outcome="passed")
    keep_template(session=session, template=template())
    forget_template(session=session, reason="unused")
    keep_template(session=session, template=template())
    assert "deleted" not in identity_words(session)


def test_no_sitting_is_compared_with_the_face_of_another() -> None:
    """Even where the row is given to another sitting of the same person."""
    first, second = make_checking(), make_session()
    Session.objects.filter(id=second.id).update(candidate=first.candidate)
    keep_template(session=first, template=template())
    FaceTemplate.objects.update(session=second)
    assert template_of(second.id) is None
    assert template_of(first.id) is None


def test_a_session_without_a_template_ends_without_a_word_of_one() -> None:
    services.end_session(session=make_sitting(), to=SessionState.SUBMITTED)
    assert entries() == []


def test_a_template_that_no_exam_followed_goes_after_a_day() -> None:
    session = make_checking()
    keep_template(session=session, template=template())
    job = forget_job()
    assert (job.next_attempt_at - FaceTemplate.objects.get().created_at).total_seconds() == pytest.approx(
        24 * 3600, abs=60
    )
    jobs.forget_face(job)
    assert not FaceTemplate.objects.exists()
    assert entries()[-1][2] == {"reason": "unused"}


def test_a_template_in_use_stays_and_is_asked_about_again() -> None:
    session = make_sitting()
    keep_template(session=session, template=template())
    jobs.forget_face(forget_job())
    assert FaceTemplate.objects.exists()
    assert Job.objects.filter(kind="proctoring.forget_face").count() == 2

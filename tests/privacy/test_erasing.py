"""Whoever is erased is gone from every table, cache and storage, is proved gone, and does not come back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone
from pytest_django import Settings

from accounts import audit
from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry
from exams.holds import place_hold
from exams.models import Candidate, Session
from jobs import storage
from jobs.models import Job, JobState
from privacy import certificates
from privacy.models import RequestKind, RequestState, SubjectRequest, Tombstone
from privacy.services import erasing, reapplying, requesting, tombstones
from privacy.services.stored_folders import files_beneath
from reports.models import Export, Report
from reports.services import exporting
from tests.conftest import Person
from tests.factories import make_running_session
from tests.privacy.people import events_of, is_done, make_person, make_request, run_job
from tests.privacy.test_deleting import files_of, mentions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def erase(request: SubjectRequest) -> SubjectRequest:
    erasing.begin_erasure(request=request, word="erase", actor=None)
    job = run_job(erasing.KIND)
    assert is_done(job), job.last_error
    return SubjectRequest.objects.get(id=request.id)


def test_a_candidate_is_erased_from_everything_and_another_stays() -> None:
    other, candidate = make_person("Olga Other"), make_person(sittings=2)
    sessions = list(candidate.sessions.all())
    exporting.ask_for_reports(exam=sessions[0].exam, actor=None)
    run_job("reports.export")
    assert [events_of(session) > 0 for session in sessions] == [True, True]

    done = erase(make_request(candidate=candidate))

    assert [name for session in sessions for name in files_of(session)] == []
    assert not files_beneath(storages["reports"], f"exports/{candidate.institution_id}")
    assert Export.objects.get().deleted_at is not None
    for word in (candidate.name, candidate.external_id, candidate.email, *(str(one.id) for one in sessions)):
        assert set(mentions(word)) <= {"privacy.Tombstone"}, word
    assert set(mentions(str(candidate.id))) == {"privacy.SubjectRequest", "privacy.Tombstone"}
    assert [events_of(session) for session in sessions] == [0, 0]
    assert (done.state, done.words, done.candidate_id) == (RequestState.DONE, "", None)
    assert Candidate.objects.get().id == other.id
    assert files_of(other.sessions.get())


def test_the_certificate_says_what_was_deleted_and_is_in_the_audit_log() -> None:
    candidate = make_person(sittings=2)
    reports = Report.objects.count()
    done = erase(make_request(candidate=candidate))
    told = done.certificate
    assert told["subject"] == f"candidate:{candidate.id}"
    assert told["keys_destroyed"] == 2
    counts = told["deleted"]
    assert [counts[kind] for kind in ("candidate", "session", "picture", "report_pdf", "observation")] == [
        1,
        2,
        2,
        reports,
        42,
    ]
    assert told["files_deleted"] == 2 + 3 * reports
    assert {one["what"] for one in told["stays"]} >= {"audit_log", "tombstone", "backups"}
    entry = AuditEntry.objects.get(action="subject_request.erased")
    assert entry.detail == {
        "certificate": certificates.sha256_of(told),
        "subject_id": str(candidate.id),
    }
    assert audit.first_broken() is None
    words = [str(entry.detail) for entry in AuditEntry.objects.all()]
    assert not [one for one in words if candidate.name in one or candidate.email in one]


def test_one_sitting_is_erased_and_the_person_stays() -> None:
    candidate = make_person(sittings=2)
    first, second = candidate.sessions.order_by("created_at")
    done = erase(make_request(candidate=candidate, session=first))
    assert (files_of(first), set(mentions(str(first.id)))) == (
        [],
        {"privacy.SubjectRequest", "privacy.Tombstone"},
    )
    assert (Candidate.objects.get().id, Session.objects.get().id) == (candidate.id, second.id)
    assert files_of(second)
    assert done.certificate["subject"] == f"session:{first.id}"
    assert done.certificate["deleted"]["session"] == 1
    assert "candidate" not in done.certificate["deleted"]


@pytest.mark.parametrize("word", ["", "yes", "ERASE it"])
def test_the_word_must_be_typed(word: str) -> None:
    request = make_request(candidate=make_running_session().candidate)
    with pytest.raises(DomainError, match="Type ERASE"):
        erasing.begin_erasure(request=request, word=word, actor=None)


def test_a_sitting_that_goes_on_is_not_erased() -> None:
    session = make_running_session()
    request = make_request(candidate=session.candidate)
    with pytest.raises(Conflict, match="under way"):
        erasing.begin_erasure(request=request, word="ERASE", actor=None)
    assert not Job.objects.filter(kind=erasing.KIND).exists()


@pytest.mark.parametrize("held", ["institution", "exam", "candidate", "session"])
def test_what_a_legal_hold_covers_is_not_erased(held: str, alice: Person) -> None:
    candidate = make_person()
    session = candidate.sessions.get()
    subject_ids = {
        "institution": None,
        "exam": session.exam_id,
        "candidate": candidate.id,
        "session": session.id,
    }
    request = make_request(candidate=candidate)
    late = make_request(candidate=candidate)
    erasing.begin_erasure(request=late, word="ERASE", actor=None)
    place_hold(scope=held, subject_id=subject_ids[held], reason="An appeal.", case_ref="7", actor=alice.user)
    with pytest.raises(Conflict, match="legal hold"):
        erasing.begin_erasure(request=request, word="ERASE", actor=None)
    # One that was ordered before the hold stops as well, and says so.
    assert is_done(run_job(erasing.KIND))
    late.refresh_from_db()
    assert (late.state, "legal hold" in late.refused_reason) == (RequestState.REFUSED, True)
    assert files_of(session)
    assert session.sealing_key.sealed is not None


def test_nothing_is_erased_for_somebody_whose_identity_is_not_known() -> None:
    session = make_running_session()
    request = requesting.open_request(kind=RequestKind.ERASURE, candidate=session.candidate, actor=None)
    with pytest.raises(Conflict, match="made sure"):
        erasing.begin_erasure(request=request, word="ERASE", actor=None)


def test_an_erasure_is_ordered_once() -> None:
    request = make_request(candidate=make_person())
    erasing.begin_erasure(request=request, word="ERASE", actor=None)
    with pytest.raises(Conflict, match="being done"):
        erasing.begin_erasure(request=request, word="ERASE", actor=None)


class Fragile(FileSystemStorage):
    """Dies after it has deleted some files."""

    left = 0

    def delete(self, name: str) -> None:
        if Fragile.left == 0:
            raise RuntimeError("killed")
        Fragile.left -= 1
        super().delete(name)


@pytest.mark.embedded_only
def test_a_killed_erasure_is_finished_by_the_next_with_the_whole_certificate(settings: Settings) -> None:
    candidate = make_person(sittings=2)
    files = 2 + 3 * Report.objects.count()
    request = make_request(candidate=candidate)
    erasing.begin_erasure(request=request, word="ERASE", actor=None)
    here = settings.STORAGES
    fragile: dict[str, Any] = {**here["reports"], "BACKEND": f"{__name__}.Fragile"}
    settings.STORAGES = here | {"reports": fragile}
    for _ in range(4):
        Fragile.left = 3
        Job.objects.filter(kind=erasing.KIND).update(next_attempt_at=timezone.now())
        job = run_job(erasing.KIND)
    settings.STORAGES = here
    Job.objects.filter(kind=erasing.KIND).update(next_attempt_at=timezone.now(), state=JobState.WAITING)
    assert is_done(job) or is_done(run_job(erasing.KIND))
    request.refresh_from_db()
    assert (request.state, Candidate.objects.count()) == (RequestState.DONE, 0)
    assert request.certificate["deleted"]["session"] == 2
    assert request.certificate["files_deleted"] == files
    assert Tombstone.objects.count() == 1


@pytest.mark.embedded_only
def test_where_storage_is_away_the_keys_are_gone_at_once_and_the_rest_waits(settings: Settings) -> None:
    candidate = make_person()
    request = make_request(candidate=candidate)
    erasing.begin_erasure(request=request, word="ERASE", actor=None)
    here = settings.STORAGES
    settings.STORAGES = here | {
        "evidence": {**here["evidence"], "BACKEND": "tests.privacy.test_deleting.Away"}
    }
    job = run_job(erasing.KIND)
    assert (job.state, job.tries) == (JobState.WAITING, 0)
    assert candidate.sessions.get().sealing_key.sealed is None
    settings.STORAGES = here
    storage.try_again()
    Job.objects.update(next_attempt_at=timezone.now())
    assert is_done(run_job(erasing.KIND))
    assert not Candidate.objects.exists()


def test_a_restored_backup_does_not_bring_anybody_back(alice: Person) -> None:
    candidate = make_person()
    session = candidate.sessions.get()
    erase(make_request(candidate=candidate))
    Tombstone.objects.all().delete()  # the older database knows nothing of it
    kept = Candidate.objects.create(external_id="stays", name="Sam Stays")
    back = Candidate.objects.create(
        id=candidate.id, external_id=candidate.external_id, name=candidate.name, email=candidate.email
    )
    Session.objects.create(id=session.id, exam=session.exam, candidate=back)
    storages["evidence"].save(f"{session.institution_id}/{session.id}/a.sealed", ContentFile(b"noise"))

    assert reapplying.reapply() == reapplying.Reapplied(marks=1, candidates=1, sessions=1)

    assert list(Candidate.objects.all()) == [kept]
    assert (files_of(session), Session.objects.count()) == ([], 0)
    assert reapplying.reapply() == reapplying.Reapplied(marks=1, candidates=0, sessions=0)
    assert AuditEntry.objects.filter(action="subject.erased_again").count() == 1
    assert audit.first_broken() is None


def test_somebody_with_another_id_in_the_backup_is_known_by_their_number() -> None:
    candidate = make_person()
    erase(make_request(candidate=candidate))
    long_ago = timezone.now() - timedelta(days=9)
    Candidate.objects.create(external_id=candidate.external_id, name="D. C.", created_at=long_ago)
    assert reapplying.reapply().candidates == 1
    # Who enrols again after it is a new person to us.
    Candidate.objects.create(external_id=candidate.external_id, name="Dana again")
    assert reapplying.reapply().candidates == 0


def test_a_mark_can_be_read_by_nobody_and_survives_a_new_secret(settings: Settings) -> None:
    candidate = make_person()
    erase(make_request(candidate=candidate))
    (mark,) = tombstones.known_marks()
    assert candidate.external_id not in str(mark.to_json())
    assert tombstones.Mark.from_json(mark.to_json()) == mark
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-0123456789-0123456789-0123456789"
    long_ago = timezone.now() - timedelta(days=9)
    back = Candidate(external_id=candidate.external_id, created_at=long_ago)
    assert tombstones.is_of(back, mark)
    assert not tombstones.is_of(Candidate(external_id="someone-else", created_at=long_ago), mark)

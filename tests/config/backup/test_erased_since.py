"""A backup that is older than an erasure brings nobody back: the marks in storage outlive the database."""

from pathlib import Path

import pytest
from django.core.management import call_command

from accounts import audit
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from config.backup import files
from exams.models import Candidate, Session
from privacy.services import erasing
from tests.config.backup.test_backup import empty_storages, run
from tests.conftest import Person
from tests.privacy.people import is_done, make_person, make_request, run_job
from tests.privacy.test_deleting import files_of, mentions

__all__ = ["empty_storages"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_was_erased_after_the_backup_is_erased_from_what_it_brings_back(
    tmp_path: Path, alice: Person
) -> None:
    path = tmp_path / "before.backup"
    with tenant_scope(alice.institution.id):
        other, candidate = make_person("Olga Other"), make_person()
        session = candidate.sessions.get()
        files_before = len(files_of(session))
        run("backup", str(path))
        erasing.begin_erasure(request=make_request(candidate=candidate), word="ERASE", actor=None)
        assert is_done(run_job(erasing.KIND))

    # The database is lost, and storage is not.
    call_command("flush", interactive=False, verbosity=0)
    assert any("tombstone" in name or "erasure" in name for name in files.all_names("default"))
    run("restore", str(path), "--force")

    with tenant_scope(alice.institution.id):
        assert list(Candidate.objects.all()) == [other]
        assert Session.objects.get().candidate_id == other.id
        assert (files_before > 0, files_of(session)) == (True, [])
        for word in (candidate.name, candidate.email, str(session.id)):
            assert set(mentions(word)) <= {"privacy.Tombstone"}, word
        assert AuditEntry.objects.filter(action="subject.erased_again").count() == 1
        assert audit.first_broken() is None

"""After a restore one command erases again, from what is beside the database or from a file."""

import io
import json
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from accounts.tenancy import tenant_scope
from exams.models import Candidate
from privacy.models import Tombstone
from privacy.services import erasing
from tests.conftest import Person
from tests.privacy.people import make_person, make_request, run_job

pytestmark = pytest.mark.django_db


def told(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def erase_somebody() -> Candidate:
    candidate = make_person()
    erasing.begin_erasure(request=make_request(candidate=candidate), word="ERASE", actor=None)
    run_job(erasing.KIND)
    return candidate


def bring_back(candidate: Candidate) -> None:
    Candidate.objects.create(id=candidate.id, external_id=candidate.external_id, name=candidate.name)


@pytest.mark.embedded_only
def test_a_kept_list_erases_what_came_back_with_a_backup(
    alice: Person, charlie: Person, tmp_path: Path
) -> None:
    with tenant_scope(alice.institution.id):
        candidate = erase_somebody()
        kept = tmp_path / "erasures.json"
        kept.write_text(told("list_erasures"))
        assert candidate.name not in kept.read_text()
        # Neither the database nor the storage of that day knows of it.
        Tombstone.objects.all().delete()
        shutil.rmtree(storages["default"].path("erasures"))
        bring_back(candidate)
    assert told("reapply_erasures").splitlines() == [
        "north: 0 marks, erased again: 0 candidates, 0 sittings",
        "south: 0 marks, erased again: 0 candidates, 0 sittings",
    ]
    assert told("reapply_erasures", "--marks", str(kept)).splitlines() == [
        "north: 1 marks, erased again: 1 candidates, 0 sittings",
        "south: 0 marks, erased again: 0 candidates, 0 sittings",
    ]
    with tenant_scope(alice.institution.id):
        assert not Candidate.objects.exists()
        assert Tombstone.objects.count() == 1
    with tenant_scope(charlie.institution.id):
        assert not Tombstone.objects.exists()


@pytest.mark.parametrize("content", ["", "[]", '{"a": [{}]}', json.dumps({"a": [{"subject_id": "x"}]})])
def test_a_file_that_is_no_list_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "erasures.json"
    path.write_text(content)
    with pytest.raises(CommandError, match="is no list of erasures"):
        told("reapply_erasures", "--marks", str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        told("reapply_erasures", "--marks", str(tmp_path / "none"))

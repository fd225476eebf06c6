"""What is deleted of a sitting is gone from every table and every storage, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.db import models
from pytest_django import Settings

from accounts.retention import DataClass
from accounts.tenancy import TenantModel
from exams.models import Session
from jobs.services import NotNow
from privacy.services import deleting
from privacy.services.stored_folders import files_beneath
from proctoring import parking, screens
from proctoring.models import Evidence, Flag, IdCard, Message, Observation, RiskState, SessionKey
from proctoring.screens import ParkedScreen
from reports import services as reports
from reports.models import Report
from tests.proctoring.session_rows import drawn_face
from tests.reports.sittings import make_finished_sitting
from tests.tenancy_house import furnish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

ALIASES = ("default", "evidence", "recordings", "reports")
# They hold ids alone: what was done by whom, and what is still to be done.
IDS_STAY = {
    "accounts.AuditEntry",
    "exams.LegalHold",
    "jobs.Job",
    "privacy.PurgedThing",
    "webhooks.Event",
}


def make_sitting() -> Session:
    session = make_finished_sitting()
    reports.make_report(session=session)
    storages["recordings"].save(f"{folder(session)}/webcam-000001-a.webm", ContentFile(b"piece"))
    storages["evidence"].save(f"{folder(session)}/left-behind.sealed", ContentFile(b"orphan"))
    parking.park(session.id, 20, drawn_face())
    screens.park(session.id, ParkedScreen(1, 0), drawn_face())
    return session


def folder(session: Session) -> str:
    return f"{session.institution_id}/{session.id}"


def files_of(session: Session) -> list[str]:
    return [name for alias in ALIASES for name in files_beneath(storages[alias], folder(session))]


def mentions(needle: str) -> Iterator[str]:
    """Every table that holds these words or this id in any column."""
    for model in apps.get_models():
        if model._meta.proxy or model._meta.label in IDS_STAY:
            continue
        manager: Any = model._default_manager if issubclass(model, TenantModel) else model.objects
        for row in manager.values():
            if any(needle in str(value) for value in row.values()):
                yield model._meta.label


def test_a_sitting_is_deleted_with_everything_and_its_neighbour_stays() -> None:
    other, session = make_sitting(), make_sitting()
    before = {alias: len(files_beneath(storages[alias], folder(other))) for alias in ALIASES}
    gone = deleting.delete_session(session)
    assert files_of(session) == []
    assert list(mentions(str(session.id))) == []
    assert (parking.find(session.id, 20), screens.newest(session.id)) == (None, None)
    assert {alias: len(files_beneath(storages[alias], folder(other))) for alias in ALIASES} == before
    assert sum(before.values()) >= 6
    assert Session.objects.get().id == other.id
    counts = deleting.counted(gone)
    assert (counts["session"], counts["picture"], counts["report_pdf"], counts["observation"]) == (
        1,
        1,
        1,
        21,
    )
    picture = next(thing for thing in gone if thing.kind == "picture")
    assert len(picture.sha256) == 64


def test_a_row_of_every_kind_goes_with_its_sitting() -> None:
    house = furnish()
    deleting.delete_session(house.session)
    assert list(mentions(str(house.session.id))) == []
    assert Session.objects.get().id == house.waiting.id


@pytest.mark.parametrize("data_class", list(deleting.DELETERS))
def test_each_class_can_be_deleted_twice(data_class: DataClass) -> None:
    session = furnish().session
    first = deleting.DELETERS[data_class](session)
    assert first
    assert deleting.DELETERS[data_class](session) == []


def test_what_is_deleted_by_class_leaves_the_rest() -> None:
    session = make_sitting()
    deleting.delete_pictures(session)
    kept = {"evidence": False, "recordings": False, "reports": True}
    assert {alias: bool(files_beneath(storages[alias], folder(session))) for alias in kept} == kept
    assert (Evidence.objects.count(), Flag.objects.count(), Report.objects.count()) == (0, 2, 1)
    assert SessionKey.objects.get().destroyed_at is not None
    deleting.delete_log(session)
    assert (Observation.objects.count(), RiskState.objects.count(), Flag.objects.count()) == (0, 0, 2)
    deleting.delete_reports(session)
    assert (files_of(session), Flag.objects.count(), Report.objects.count()) == ([], 0, 0)
    assert Session.objects.filter(id=session.id).exists()


def test_a_class_takes_its_own_rows() -> None:
    session = furnish().session
    deleting.delete_chat(session)
    assert (Message.objects.count(), IdCard.objects.count()) == (0, 1)
    deleting.delete_id_card(session)
    assert (IdCard.objects.count(), Flag.objects.count()) == (0, 1)


class Away(FileSystemStorage):
    def delete(self, name: str) -> None:
        raise OSError("the bucket is away")


@pytest.mark.embedded_only
def test_where_storage_is_away_the_rows_stay_and_the_next_time_ends_it(settings: Settings) -> None:
    session = make_sitting()
    here = settings.STORAGES
    away = {**here["recordings"], "BACKEND": f"{__name__}.Away"}
    settings.STORAGES = here | {"recordings": away}
    with pytest.raises(NotNow):
        deleting.delete_session(session)
    assert Evidence.objects.count() == 1
    # Nobody reads it any more all the same.
    assert SessionKey.objects.get().sealed is None
    settings.STORAGES = here
    from jobs import storage

    storage.try_again()
    deleting.delete_session(session)
    assert (files_of(session), list(mentions(str(session.id)))) == ([], [])


def test_every_model_of_a_sitting_is_thought_of() -> None:
    """Rows that hang on a session go with it: no relation that would outlive it."""
    kept = [
        relation.related_model._meta.label
        for relation in Session._meta.related_objects
        if relation.on_delete is not models.CASCADE
    ]
    assert kept == []


def test_files_beneath_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert files_beneath(FileSystemStorage(location=tmp_path), "nowhere") == []

"""A picture reaches storage once, whatever happens on the way, and can be seen from its first moment."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone
from pytest_django import Settings

from accounts.errors import Conflict, NotFound
from jobs import services as jobs
from jobs import storage as storage_trouble
from jobs.models import Job, JobState
from proctoring.models import Evidence, WaitingFile
from proctoring.services import keeping
from proctoring.services.session_keys import Erased, Why, destroy_key
from tests.conftest import Person
from tests.factories import make_running_session
from tests.proctoring.session_rows import drawn_face, make_flag
from tests.proctoring.test_evidence import stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


class Away(FileSystemStorage):
    """A bucket that answers nobody."""

    def _open(self, name: str, mode: str = "rb") -> Any:
        raise EndpointConnectionError(endpoint_url="http://bucket.invalid")

    def delete(self, name: str) -> None:
        raise EndpointConnectionError(endpoint_url="http://bucket.invalid")


class Cut(FileSystemStorage):
    """Keeps half of what it is given, as when a connection is cut and nobody notices."""

    def _save(self, name: str, content: Any) -> str:
        from django.core.files.base import ContentFile

        whole = content.read()
        return super()._save(name, ContentFile(whole[: len(whole) // 2]))


def use(settings: Settings, folder: Path, kind: str) -> None:
    where = {"BACKEND": kind, "OPTIONS": {"location": folder}}
    settings.STORAGES = settings.STORAGES | {"evidence": where}


ELSEWHERE = "django.core.files.storage.FileSystemStorage"


def waiting_evidence() -> Evidence:
    flag = make_flag(make_running_session())
    key = keeping.name_of(flag.session, f"{flag.id}-17", drawn_face())
    keeping.keep_file(session_id=flag.session_id, storage_key=key, content=drawn_face())
    digest = hashlib.sha256(drawn_face()).hexdigest()
    sizes = {"width_px": 640, "height_px": 480}
    return Evidence.objects.create(flag=flag, storage_key=key, sha256=digest, seq=17, t_ms=17_000, **sizes)


def make_due() -> None:
    Job.objects.filter(state=JobState.WAITING).update(next_attempt_at=timezone.now())
    storage_trouble.try_again()


def store_jobs() -> list[tuple[str, int]]:
    return list(Job.objects.filter(kind=keeping.STORE).values_list("state", "tries"))


def test_a_picture_is_seen_while_it_waits_and_afterwards(alice: Person) -> None:
    kept = waiting_evidence()
    page = f"/evidence/{kept.flag_id}.jpg"
    assert alice.client.get(page).content == drawn_face()
    assert stored_files(kept.flag.session) == []
    jobs.sweep()
    assert (WaitingFile.objects.count(), stored_files(kept.flag.session)) == (0, [kept.storage_key])
    assert alice.client.get(page).content == drawn_face()


def test_what_lies_in_storage_shows_nobody() -> None:
    kept = waiting_evidence()
    jobs.sweep()
    with storages["evidence"].open(kept.storage_key) as file:
        content = file.read()
    assert not content.startswith(b"\xff\xd8")
    assert drawn_face()[200:260] not in content


@pytest.mark.embedded_only
def test_storage_may_be_away_for_as_long_as_it_likes(tmp_path: Path, settings: Settings) -> None:
    use(settings, tmp_path, f"{__name__}.Away")
    kept = waiting_evidence()
    for _ in range(20):
        jobs.sweep()
        make_due()
    assert store_jobs() == [("waiting", 0)]
    assert keeping.read_picture(kept) == drawn_face()
    use(settings, tmp_path, ELSEWHERE)
    jobs.sweep()
    assert (store_jobs(), WaitingFile.objects.count()) == ([("done", 1)], 0)
    assert keeping.read_picture(kept) == drawn_face()


@pytest.mark.embedded_only
def test_one_that_waits_tells_the_others_that_storage_is_away(tmp_path: Path, settings: Settings) -> None:
    use(settings, tmp_path, f"{__name__}.Away")
    for _ in range(3):
        waiting_evidence()
    jobs.sweep()
    words = list(Job.objects.filter(kind=keeping.STORE).order_by("created_at").values_list("last_error"))
    assert words == [
        ('storage: EndpointConnectionError: Could not connect to the endpoint URL: "http://bucket.invalid"',),
        ("storage was away a moment ago",),
        ("storage was away a moment ago",),
    ]
    soonest = Job.objects.order_by("next_attempt_at")[0].next_attempt_at - timezone.now()
    assert timedelta(seconds=10) < soonest < timedelta(seconds=20)


@pytest.mark.embedded_only
def test_a_file_that_arrived_in_half_is_sent_again(tmp_path: Path, settings: Settings) -> None:
    use(settings, tmp_path, f"{__name__}.Cut")
    kept = waiting_evidence()
    jobs.sweep()
    assert (store_jobs(), stored_files(kept.flag.session)) == ([("waiting", 0)], [])
    make_due()
    use(settings, tmp_path, ELSEWHERE)
    jobs.sweep()
    assert keeping.read_picture(kept) == drawn_face()
    assert stored_files(kept.flag.session) == [kept.storage_key]


def test_a_worker_that_died_after_putting_it_there_leaves_one_file() -> None:
    kept = waiting_evidence()
    waiting = WaitingFile.objects.get()
    keeping._put(kept.storage_key, bytes(waiting.content), waiting.sha256)
    jobs.sweep()
    assert (WaitingFile.objects.count(), stored_files(kept.flag.session)) == (0, [kept.storage_key])


def test_a_picture_that_was_dropped_while_it_was_put_away_leaves_nothing() -> None:
    kept = waiting_evidence()
    waiting = WaitingFile.objects.get()
    kept.delete()
    keeping._put(kept.storage_key, bytes(waiting.content), waiting.sha256)
    keeping.drop_file(storage_key=kept.storage_key)
    jobs.sweep()
    assert (stored_files(kept.flag.session), store_jobs()) == ([], [("done", 1)])


def test_the_same_picture_waits_once() -> None:
    kept = waiting_evidence()
    keeping.keep_file(session_id=kept.flag.session_id, storage_key=kept.storage_key, content=drawn_face())
    assert (WaitingFile.objects.count(), len(store_jobs())) == (1, 1)


def test_what_is_gone_changed_or_erased_is_said(alice: Person) -> None:
    kept = waiting_evidence()
    page = f"/evidence/{kept.flag_id}.jpg"
    jobs.sweep()
    Evidence.objects.update(sha256="0" * 64)
    with pytest.raises(Conflict, match="not the one that was recorded"):
        keeping.read_picture(Evidence.objects.get())
    storages["evidence"].delete(kept.storage_key)
    with pytest.raises(NotFound, match="no longer stored"):
        keeping.read_picture(kept)
    destroy_key(session=kept.flag.session, why=Why.ERASED)
    with pytest.raises(Erased, match="have been erased"):
        keeping.read_picture(kept)
    gone = alice.client.get(page)
    assert (gone.status_code, "have been erased" in gone.content.decode()) == (410, True)
    answer = alice.client.get(f"/api/v1/flags/{kept.flag_id}/snapshot.jpg")
    assert (answer.status_code, answer.json()["code"]) == (410, "erased")

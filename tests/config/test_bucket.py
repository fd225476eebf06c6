"""`manage.py bucket` against a real S3 server, and where there is none."""

import uuid
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from pytest_django import Settings


@pytest.fixture
def empty_bucket(settings: Settings) -> Iterator[str]:
    """The name of a bucket that is not there yet, gone again afterwards."""
    name = f"invigil-{uuid.uuid4().hex[:8]}"
    recordings = settings.STORAGES["recordings"]
    changed = {**recordings, "OPTIONS": {**recordings["OPTIONS"], "bucket_name": name}}
    settings.STORAGES = {**settings.STORAGES, "recordings": changed}
    yield name
    storages["recordings"].bucket.delete()


def _said() -> list[str]:
    out = StringIO()
    call_command("bucket", stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.production_only
def test_a_bucket_is_created_once(empty_bucket: str, settings: Settings) -> None:
    first, second = _said(), _said()
    assert first[0] == f"{empty_bucket}: created"
    assert second[0] == f"{empty_bucket}: there"
    assert first[1].startswith(f"pages of {settings.PUBLIC_URL}: ")
    assert first[2].startswith("unfinished uploads: ")
    names = [
        bucket["Name"] for bucket in storages["recordings"].connection.meta.client.list_buckets()["Buckets"]
    ]
    assert empty_bucket in names


@pytest.mark.production_only
def test_a_refusal_is_told_with_the_bucket(settings: Settings) -> None:
    recordings = settings.STORAGES["recordings"]
    wrong = {**recordings["OPTIONS"], "secret_key": "wrong"}
    settings.STORAGES = {**settings.STORAGES, "recordings": {**recordings, "OPTIONS": wrong}}
    with pytest.raises(CommandError, match=r"The bucket invigil-test cannot be made ready: .*403"):
        call_command("bucket", stdout=StringIO())


@pytest.mark.embedded_only
def test_a_folder_is_no_bucket() -> None:
    with pytest.raises(CommandError, match="keeps its files in a folder"):
        call_command("bucket", stdout=StringIO())

"""Everything that lies in a folder of storage: deleted whole, with older versions and half-sent uploads."""

from typing import Any

from django.core.files.storage import Storage, storages

from jobs.storage import storage_at_hand


def delete_folder(alias: str, folder: str) -> int:
    """Delete what lies beneath; how many files that was.

    Raises:
        jobs.services.NotNow: storage is away.
    """
    storage = storages[alias]
    with storage_at_hand():
        names = files_beneath(storage, folder)
        for name in names:
            storage.delete(name)
        if hasattr(storage, "bucket"):
            _empty_bucket(storage, folder)
    return len(names)


def files_beneath(storage: Storage, folder: str) -> list[str]:
    try:
        folders, names = storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
    deeper = [name for inner in folders if inner for name in files_beneath(storage, f"{folder}/{inner}")]
    return [f"{folder}/{name}" for name in names if name] + deeper


def _empty_bucket(storage: Any, folder: str) -> None:
    """What S3 keeps beside the objects: versions of what was deleted, and parts of cut uploads."""
    client, bucket = storage.connection.meta.client, storage.bucket.name
    prefix = f"{storage.location}/{folder}/"
    pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
    for upload in [one for page in pages for one in page.get("Uploads", [])]:
        client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    versions = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for page in versions:
        for old in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
            client.delete_object(Bucket=bucket, Key=old["Key"], VersionId=old["VersionId"])

"""The files of every storage: what lies there, read and put back under the same name."""

from collections.abc import Iterator
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages

from config.backup.archive import BackupBroken, Stored, sha256_of

# It is made anew by `collectstatic`.
NOT_OURS = frozenset({"staticfiles"})


def aliases() -> list[str]:
    return sorted(set(settings.STORAGES) - NOT_OURS)


def all_names(alias: str) -> Iterator[str]:
    return _beneath(storages[alias], "")


def holds_any() -> bool:
    return any(next(all_names(alias), None) is not None for alias in aliases())


def opened(alias: str, name: str) -> "File[bytes]":
    return storages[alias].open(name, "rb")


def put_back(stored: Stored, content: IO[bytes]) -> None:
    """Raises:
    BackupBroken: when storage keeps it under another name.
    """
    storage = storages[stored.storage]
    if storage.exists(stored.name):
        storage.delete(stored.name)
    kept = storage.save(stored.name, File(content, name=stored.name))
    if kept != stored.name:
        raise BackupBroken(f"{stored.storage} kept {stored.name} under another name, {kept}.")


def is_there(stored: Stored) -> bool:
    """Whether storage holds these very bytes."""
    try:
        with opened(stored.storage, stored.name) as content:
            return sha256_of(content) == stored.sha256
    except FileNotFoundError:
        return False


def _beneath(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(names) if name)
    for inner in sorted(name for name in folders if name):
        yield from _beneath(storage, f"{prefix}{inner}")

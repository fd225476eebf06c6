"""Marks of who was erased: in the database, and as files beside it that outlive a restored backup."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.crypto import salted_hmac

from accounts.tenancy import current_institution_id
from exams.models import Candidate
from jobs.storage import storage_at_hand
from privacy.models import Tombstone
from privacy.services.stored_folders import files_beneath

SALT = "invigil tombstone 1"
STORAGE = "default"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a tombstone says: ids and keyed hashes alone."""

    subject_id: str
    session_ids: tuple[str, ...]
    external_id_hash: str
    email_hash: str
    erased_at: datetime
    certificate_sha256: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"erased_at": self.erased_at.isoformat()}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Mark":
        """Raises KeyError, TypeError or ValueError for what is no mark."""
        return cls(
            subject_id=str(uuid.UUID(told["subject_id"])),
            session_ids=tuple(str(uuid.UUID(one)) for one in told["session_ids"]),
            external_id_hash=str(told["external_id_hash"]),
            email_hash=str(told["email_hash"]),
            erased_at=datetime.fromisoformat(told["erased_at"]),
            certificate_sha256=str(told["certificate_sha256"]),
        )


def keyed(value: str) -> str:
    """A hash that nobody can try values on without this installation's secret; empty for nothing."""
    return _hashes(value)[0]


def is_of(candidate: Candidate, mark: Mark) -> bool:
    """Whether the mark is of this person: by id, or by their external id in the institution."""
    if str(candidate.id) == mark.subject_id:
        return True
    if not mark.external_id_hash or candidate.created_at > mark.erased_at:
        return False
    return mark.external_id_hash in _hashes(candidate.external_id)


def write_file(mark: Mark) -> None:
    """Beside the database, so that it is there when an older database comes back.

    Raises:
        jobs.services.NotNow: storage is away.
    """
    name = f"{_folder()}/{mark.certificate_sha256}.json"
    with storage_at_hand():
        if not storages[STORAGE].exists(name):
            storages[STORAGE].save(name, ContentFile(json.dumps(mark.to_json()).encode()))


def known_marks() -> list[Mark]:
    """Of the institution in scope: from the database and from the files beside it, oldest first."""
    marks = {*_rows(), *_files()}
    return sorted(marks, key=lambda mark: (mark.erased_at, mark.subject_id))


def bury(mark: Mark) -> Tombstone:
    """Write the row, once."""
    row, _made = Tombstone.objects.get_or_create(
        certificate_sha256=mark.certificate_sha256,
        defaults={
            "subject_id": mark.subject_id,
            "session_ids": list(mark.session_ids),
            "external_id_hash": mark.external_id_hash,
            "email_hash": mark.email_hash,
            "erased_at": mark.erased_at,
        },
    )
    return row


def _rows() -> Iterator[Mark]:
    for row in Tombstone.objects.all():
        yield Mark(
            subject_id=str(row.subject_id),
            session_ids=tuple(row.session_ids),
            external_id_hash=row.external_id_hash,
            email_hash=row.email_hash,
            erased_at=row.erased_at,
            certificate_sha256=row.certificate_sha256,
        )


def _files() -> Iterator[Mark]:
    for name in files_beneath(storages[STORAGE], _folder()):
        with storages[STORAGE].open(name) as file:
            yield Mark.from_json(json.loads(file.read()))


def _folder() -> str:
    return f"erasures/{current_institution_id()}"


def _hashes(value: str) -> list[str]:
    """By the secret of today first, and by those that it replaced."""
    if not value:
        return [""]
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    told = f"{current_institution_id()}|{value.strip().casefold()}"
    return [salted_hmac(SALT, told, secret=one, algorithm="sha256").hexdigest() for one in secrets]

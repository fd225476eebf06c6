"""One ZIP with everything that is held about a person: to be read, and to be read by a program."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.template.loader import render_to_string

from exams.models import Candidate, Session
from privacy.subject_data import person_json, records_of, sittings_of
from privacy.subject_media import Media, chunks_of, media_of
from reports.plain_text import file_name_part

# The earliest time that a ZIP can name: the same data makes the same file.
TIMELESS = (1980, 1, 1, 0, 0, 0)

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Archive:
    """The ZIP that is being written, with the hash of each file in it and what could not be put in."""

    file: ZipFile
    hashes: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def add(self, name: str, chunks: Iterable[bytes], *, is_packed: bool = False) -> None:
        """`is_packed` for pictures and video, which a ZIP makes no smaller."""
        entry = ZipInfo(name, TIMELESS)
        entry.compress_type = ZIP_STORED if is_packed else ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        digest = hashlib.sha256()
        with self.file.open(entry, "w", force_zip64=True) as target:
            for chunk in chunks:
                digest.update(chunk)
                target.write(chunk)
        self.hashes[name] = digest.hexdigest()


def write_copy(file: IO[bytes], candidate: Candidate, *, tell: Tell) -> Archive:
    """`tell` hears after each sitting how many of how many are done; what it raises ends the work."""
    sessions = sittings_of(candidate)
    told = person_json(candidate)
    with ZipFile(file, "w") as target:
        archive = Archive(target)
        folders = [folder_of(place, session) for place, session in enumerate(sessions, start=1)]
        for place, (session, folder) in enumerate(zip(sessions, folders, strict=True), start=1):
            _add_sitting(archive, session, folder)
            tell(place, len(sessions))
        archive.add("data.json", [_json(told, indent=2)])
        archive.add("index.html", [_index(candidate, told, folders, archive)])
        sums = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(archive.hashes.items()))
        archive.add("SHA256SUMS", [sums.encode()])
    return archive


def folder_of(place: int, session: Session) -> str:
    return f"sittings/{place:02d}-{file_name_part(session.exam.title) or 'exam'}"


def _add_sitting(archive: Archive, session: Session, folder: str) -> None:
    archive.add(f"{folder}/measurements.jsonl", _lines(records_of(session)))
    for media in media_of(session):
        _add_media(archive, f"{folder}/{media.name}", media)


def _add_media(archive: Archive, name: str, media: Media) -> None:
    chunks = chunks_of(media)
    try:
        first = next(chunks)
    except (StopIteration, FileNotFoundError):
        archive.missing.append(name)
        return
    archive.add(name, _after(first, chunks), is_packed=True)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _lines(records: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for record in records:
        yield _json(record) + b"\n"


def _index(candidate: Candidate, told: dict[str, Any], folders: list[str], archive: Archive) -> bytes:
    sittings = [
        {"told": sitting, "folder": folder, "files": _files_in(archive, folder)}
        for sitting, folder in zip(told["sittings"], folders, strict=True)
    ]
    context = {"candidate": candidate, "told": told, "sittings": sittings, "missing": archive.missing}
    return render_to_string("privacy/copy_index.html", context).encode()


def _files_in(archive: Archive, folder: str) -> list[str]:
    return [name for name in archive.hashes if name.startswith(f"{folder}/")]


def _json(told: dict[str, Any], *, indent: int | None = None) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=indent).encode()

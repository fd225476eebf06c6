"""The file of a backup: a tar of members with their SHA-256, and a manifest as the last of them."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
PIECE_BYTES = 1024 * 1024


class BackupBroken(Exception):
    """The file is no backup of ours, or not the whole one that was written; the message says which."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of one storage."""

    storage: str
    name: str
    size: int
    sha256: str

    @property
    def member(self) -> str:
        return f"files/{self.storage}/{self.name}"


@dataclass(slots=True)
class Manifest:
    """What is in the backup, and what made it."""

    made_at: str
    vendor: str
    migrations: list[list[str]]
    tables: dict[str, str] = field(default_factory=dict)
    files: list[Stored] = field(default_factory=list)

    def to_json(self) -> bytes:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        try:
            told: dict[str, Any] = json.loads(text)
            if told.pop("format") != FORMAT:
                raise BackupBroken("This backup was written in another format.")
            told["files"] = [Stored(**one) for one in told["files"]]
            return cls(**told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupBroken("The manifest of this backup cannot be read.") from error


class Writer:
    """Members go in one after another; each is hashed on its way."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, member: str, content: IO[bytes], size: int) -> str:
        """Returns the SHA-256.

        Raises:
            BackupBroken: when the content is shorter than its size: it changed meanwhile.
        """
        hashed = _Hashed(content)
        info = tarfile.TarInfo(member)
        info.size, info.mode = size, 0o600
        try:
            self._tar.addfile(info, hashed)
        except OSError as error:
            raise BackupBroken(f"{member} changed while it was read: {error}") from error
        return hashed.digest.hexdigest()

    def add_manifest(self, manifest: Manifest) -> None:
        text = manifest.to_json()
        self.add(MANIFEST, io.BytesIO(text), len(text))


class Reader:
    """A whole backup: every member was read once and is what the manifest says."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.manifest = Manifest.from_json(self._open(MANIFEST).read())

    def open_table(self, table: str) -> IO[bytes]:
        return self._open(table_member(table))

    def open_file(self, stored: Stored) -> IO[bytes]:
        return self._open(stored.member)

    def verify(self) -> None:
        """Raises:
        BackupBroken: a member is missing or other than it was.
        """
        wanted = {table_member(table): digest for table, digest in self.manifest.tables.items()}
        wanted |= {stored.member: stored.sha256 for stored in self.manifest.files}
        for member, digest in wanted.items():
            if sha256_of(self._open(member)) != digest:
                raise BackupBroken(f"{member} is damaged: the backup is not what was written.")

    def _open(self, member: str) -> IO[bytes]:
        try:
            opened = self._tar.extractfile(member)
        except KeyError:
            opened = None
        if opened is None:
            raise BackupBroken(f"{member} is missing: the backup is not whole.")
        return opened


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A file that is there only when it is whole, and that nobody else on the machine reads."""
    if path.exists():
        raise BackupBroken(f"{path} exists already.")
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=0o600, exist_ok=True)
    try:
        with tarfile.open(part, "w") as tar:
            yield Writer(tar)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield Reader(tar)
    except (FileNotFoundError, tarfile.TarError) as error:
        raise BackupBroken(f"{path} cannot be read as a backup: {error}") from error


def table_member(table: str) -> str:
    return f"tables/{table}"


def sha256_of(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := content.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


class _Hashed:
    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self.digest.update(piece)
        return piece

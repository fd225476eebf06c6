"""The official model files: where each comes from, and how one is told from any other file of its name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

TABLE = Path(__file__).parent / "models.json"
CHUNK_BYTES = 1 << 20

PackageSet = Literal["analysis", "full"]
FileState = Literal["official", "other", "missing"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file. `package_set` names the packages without which it is of no use."""

    name: str
    what: str
    licence: str
    package_set: PackageSet
    size_bytes: int
    sha256: str
    address: str

    def state(self, models_dir: Path) -> FileState:
        """Whether the folder holds this very file, another one under its name, or none."""
        path = models_dir / self.name
        if not path.is_file():
            return "missing"
        return "official" if sha256_of(path) == self.sha256 else "other"


@cache
def model_files() -> tuple[ModelFile, ...]:
    """The table, in its own order."""
    rows = json.loads(TABLE.read_text(encoding="utf-8"))["models"]
    return tuple(
        ModelFile(
            name=row["file"],
            what=row["what"],
            licence=row["licence"],
            package_set=row["set"],
            size_bytes=row["bytes"],
            sha256=row["sha256"],
            address=row["address"],
        )
        for row in rows
    )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()

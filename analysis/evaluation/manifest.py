"""A folder of labelled files: MANIFEST.csv names each file, its kind, its label and whose it is."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
MANIFEST = "MANIFEST.csv"
NEEDED_COLUMNS = frozenset({"file", "kind", "label"})
CAMERA_SIDE_PX = 1280
"""As a camera would send it: larger pictures are scaled down to this longer side."""
MAX_SIDE_PX = 20_000


class ManifestRefused(ValueError):
    """A folder or a file of it that cannot be used; the message is one line for people, without a path."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One file. `name` is its place in the folder; `label` holds words like `faces=2` or `yaw=-3.5`."""

    name: str
    path: Path
    kind: str
    label: str
    subject: str

    def word(self, key: str) -> str | None:
        """What follows `key=` in the label, up to the next space."""
        found = re.search(rf"(?:^|\s){re.escape(key)}=(\S+)", self.label)
        return found[1] if found else None

    def number(self, key: str) -> float | None:
        """The number that follows `key=`, without what is written behind it (`7+` is 7)."""
        found = re.match(r"-?\d+(\.\d+)?", self.word(key) or "")
        return float(found[0]) if found else None

    def picture(self) -> Image:
        """(height, width, 3) uint8 BGR, at most 1280 pixels on the longer side.

        Raises:
            ManifestRefused: for a file that is missing or no picture.
        """
        image = cv2.imread(str(self.path), cv2.IMREAD_COLOR) if self.path.is_file() else None
        if image is None or image.size == 0 or max(image.shape[:2]) > MAX_SIDE_PX:
            raise ManifestRefused(f"{self.name}: this is not a picture that can be read")
        scale = min(1.0, CAMERA_SIDE_PX / max(image.shape[:2]))
        if scale < 1:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(image, dtype=np.uint8)

    def existing(self) -> Path:
        """Where the file lies.

        Raises:
            ManifestRefused: where there is none.
        """
        if not self.path.is_file():
            raise ManifestRefused(f"{self.name}: there is no such file")
        return self.path

    def beside(self, suffix: str) -> Path | None:
        """The file of the same name with another ending, where there is one."""
        other = self.path.with_suffix(suffix)
        return other if other.is_file() else None


@dataclass(frozen=True, slots=True)
class Manifest:
    """All files of a folder, in the order of their list."""

    folder: Path
    files: tuple[Labelled, ...]

    def of_kind(self, *kinds: str) -> tuple[Labelled, ...]:
        return tuple(file for file in self.files if file.kind in kinds)

    def with_word(self, key: str) -> tuple[Labelled, ...]:
        return tuple(file for file in self.files if file.word(key) is not None)


def read_manifest(folder: Path) -> Manifest:
    """Read MANIFEST.csv of a folder.

    Raises:
        ManifestRefused: for a folder without a list, a list without its columns, an empty list, or a file
            outside the folder.
    """
    path = folder / MANIFEST
    try:
        with path.open(encoding="utf-8", newline="") as rows:
            reader = csv.DictReader(rows)
            missing = NEEDED_COLUMNS - set(reader.fieldnames or ())
            if missing:
                raise ManifestRefused(f"{MANIFEST} has no column {', '.join(sorted(missing))}")
            files = tuple(_labelled(folder, row, reader.line_num) for row in reader)
    except OSError as reason:
        raise ManifestRefused(f"there is no {MANIFEST} in this folder") from reason
    except (UnicodeDecodeError, csv.Error) as reason:
        raise ManifestRefused(f"{MANIFEST} is not a UTF-8 table of commas: {reason}") from reason
    if not files:
        raise ManifestRefused(f"{MANIFEST} lists no file")
    return Manifest(folder, files)


def _labelled(folder: Path, row: dict[str, str | None], line: int) -> Labelled:
    name = row["file"] or ""
    parts = PurePosixPath(name)
    if not name or parts.is_absolute() or ".." in parts.parts:
        raise ManifestRefused(f"{MANIFEST} line {line}: '{name}' is no file of this folder")
    return Labelled(name, folder / name, row["kind"] or "", row["label"] or "", row.get("subject") or "")

"""Pictures and clips of the shared data, by the kind and label of its list."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Labelled:
    path: Path
    label: str

    def number(self, name: str) -> float:
        found = re.search(rf"{name}=(-?[\d.]+)", self.label)
        assert found is not None, (self.path, name)
        return float(found[1])

    def picture(self) -> Image:
        """As a camera would send it: at most 1280 pixels on the longer side."""
        image = cv2.imread(str(self.path))
        scale = min(1.0, 1280 / max(image.shape[:2]))
        return (
            image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )


def labelled(data_dir: Path, kind: str) -> Iterator[Labelled]:
    with (data_dir / "MANIFEST.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["kind"] == kind:
                yield Labelled(data_dir / row["file"], row["label"])

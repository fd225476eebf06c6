"""One look for things and people at a 640x480 picture, on one core, by size of the network's input."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from analysis.detectors.base import DetectorMissing, Image
from analysis.detectors.objects import OpenVinoObjects
from analysis.objects import find_objects
from analysis.video import sample_video
from tests.bench.costs import Cost, Meter, one_core

SIZES_PX = (320, 640)
PICTURES = 24
WARM_UP_PICTURES = 3


@dataclass(frozen=True, slots=True)
class ObjectLook:
    """`whole` is a usual look, at the whole picture; `closely` is one with a reason, at the desk as well."""

    input_px: int
    whole: Cost
    closely: Cost


def measure_objects(clip: Path, models_dir: Path | None) -> list[ObjectLook]:
    """An entry for each size; none where the model file is missing."""
    pictures = [image for _, image in islice(sample_video(clip, 1.0), PICTURES)]
    try:
        return [_measure(size_px, pictures, models_dir) for size_px in SIZES_PX]
    except DetectorMissing:
        return []


def _measure(size_px: int, pictures: list[Image], models_dir: Path | None) -> ObjectLook:
    with one_core():
        detector = OpenVinoObjects(size_px)
        detector.load(models_dir, threads=1)
        whole, closely = Meter(), Meter()
        for picture in pictures:
            whole.time(lambda picture=picture: find_objects(detector, picture, closely=False))
            closely.time(lambda picture=picture: find_objects(detector, picture))
    return ObjectLook(size_px, whole.cost(warm_up=WARM_UP_PICTURES), closely.cost(warm_up=WARM_UP_PICTURES))

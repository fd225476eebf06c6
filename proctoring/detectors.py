"""Every detector and whether it runs here: what `manage.py models list` tells."""

from pathlib import Path

from analysis.detectors.base import Detector, DetectorMissing, DetectorStatus
from analysis.detectors.embedding import FaceEmbeddings
from analysis.detectors.objects import OpenVinoObjects
from analysis.detectors.objects_ultralytics import UltralyticsObjects
from analysis.detectors.voice import voice_status
from analysis.detectors.voices import voices_status
from analysis.pipeline import detector_status


def all_detectors(models_dir: Path) -> list[DetectorStatus]:
    """Loads each one, so that a broken file is told from a good one."""
    folder = models_dir if models_dir.is_dir() else None
    others: tuple[Detector, ...] = (FaceEmbeddings(), OpenVinoObjects(), UltralyticsObjects())
    return [
        *detector_status(folder),
        *(_status(one, folder) for one in others),
        voice_status(folder),
        voices_status(),
    ]


def _status(detector: Detector, models_dir: Path | None) -> DetectorStatus:
    try:
        detector.load(models_dir, threads=1)
    except DetectorMissing as reason:
        return DetectorStatus(detector.key, False, str(reason))
    return DetectorStatus(detector.key, True, "")

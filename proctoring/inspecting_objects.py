"""The slow look for phones, books, screens and people; `OBJECT_DETECTOR` names the detector's class."""

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from proctoring.inspecting import Inspected, Inspection

if TYPE_CHECKING:
    from analysis.objects import ObjectDetector

logger = logging.getLogger(__name__)


def objects(inspection: Inspection, memory: Any) -> Inspected:
    """What is there beside the candidate; at the camera check, what belongs there."""
    from analysis.objects import find_objects
    from analysis.observations import AWAY_DOWN_DEG
    from analysis.tracking import Tracks, follow, object_signals, remember_desk

    detector = _detector(settings.OBJECT_DETECTOR, str(settings.MODELS_DIR))
    if detector is None:
        return Inspected(memory=memory)
    before: Tracks = memory or Tracks()
    face = inspection.seen.candidate
    down = face is not None and face.pitch_deg is not None and face.pitch_deg < -AWAY_DOWN_DEG
    # The desk is looked at closely with a reason: three times the work found no more things without one.
    closely = down or before.unconfirmed or inspection.checking
    found = find_objects(detector, inspection.frame.image, closely=closely)
    if inspection.checking:
        return Inspected(memory=remember_desk(before, found))
    tracks = follow(before, found, inspection.t_ms)
    return Inspected(object_signals(tracks, found, inspection.seen), tracks, pursue=tracks.unconfirmed)


@cache
def _detector(path: str, models_dir: str) -> "ObjectDetector | None":
    """Loaded once in a process; None, said once in the log, where something it needs is missing."""
    from analysis.detectors.base import DetectorMissing

    detector: ObjectDetector = import_string(path)()
    try:
        detector.load(Path(models_dir), threads=1)
    except DetectorMissing as reason:
        logger.warning("phones, books, screens and people are not looked for: %s", reason)
        return None
    return detector

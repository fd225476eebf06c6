"""The slow look for phones, books, screens and people; `OBJECT_DETECTOR` names the detector's class."""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from proctoring.inspecting import Inspected, Inspection

if TYPE_CHECKING:
    from analysis.objects import Found, ObjectDetector
    from analysis.tracking import Tracks

logger = logging.getLogger(__name__)


class ObjectsInspector:
    """What is there beside the candidate; at the camera check, what belongs there."""

    def __call__(self, inspection: Inspection, memory: Any) -> Inspected:
        return self.together([(inspection, memory)])[0]

    def together(self, looks: Sequence[tuple[Inspection, Any]]) -> list[Inspected]:
        """Several candidates' frames shown to the detector at once."""
        from analysis.objects import Sight, find_in_all
        from analysis.tracking import Tracks

        detector = _detector(settings.OBJECT_DETECTOR, str(settings.MODELS_DIR))
        if detector is None:
            return [Inspected(memory=memory) for _, memory in looks]
        tracked = [(inspection, memory or Tracks()) for inspection, memory in looks]
        sights = [Sight(one.frame.image, _closely(one, before)) for one, before in tracked]
        found = find_in_all(detector, sights)
        return [_judged(one, before, things) for (one, before), things in zip(tracked, found, strict=True)]


objects = ObjectsInspector()


def _closely(inspection: Inspection, before: "Tracks") -> bool:
    """The desk is looked at closely with a reason: three times the work found no more things without one."""
    from analysis.observations import AWAY_DOWN_DEG

    face = inspection.seen.candidate
    down = face is not None and face.pitch_deg is not None and face.pitch_deg < -AWAY_DOWN_DEG
    return down or before.unconfirmed or inspection.checking


def _judged(inspection: Inspection, before: "Tracks", found: "tuple[Found, ...]") -> Inspected:
    from analysis.tracking import follow, object_signals, remember_desk

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

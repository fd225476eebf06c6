"""How a candidate's eyes rest, and the fit of points they looked at: numbers alone, no picture is kept."""

import logging
import uuid
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction

from analysis.reading import KNOWN_QUALITY
from exams.models import Session
from proctoring.models import Baseline

if TYPE_CHECKING:
    from analysis.gaze import EyeFeatures
    from analysis.gaze_fit import GazeFit
    from analysis.gaze_look import EyeLook

logger = logging.getLogger(__name__)

KEPT_S = 600
MOST_RESTING = 40


def note_rest(*, session: Session, look: "EyeLook") -> Baseline | None:
    """One more look straight at the screen; when the camera check is done their median is kept, once."""
    if look.quality < KNOWN_QUALITY:
        return None
    key = f"gaze-rest:{session.id}"
    looks: tuple[EyeFeatures, ...] = (*cache.get(key, ()), look.features)[-MOST_RESTING:]
    if not Baseline.objects.filter(session=session).exists():
        cache.set(key, looks, timeout=KEPT_S)
        return None
    cache.delete(key)
    return keep_rest(session=session, looks=looks)


@transaction.atomic
def keep_rest(*, session: Session, looks: "tuple[EyeFeatures, ...]") -> Baseline | None:
    from analysis.gaze_fit import GazeFit, median_look

    kept = Baseline.objects.select_for_update().get(session=session)
    if kept.gaze is not None:
        return None
    kept.gaze = GazeFit(rest=median_look(looks)).to_json()
    kept.save(update_fields=["gaze"])
    return kept


def fit_of(session_id: uuid.UUID) -> "GazeFit | None":
    """None where there is none, or where it cannot be read; then where the eyes look stays unknown."""
    from analysis.gaze_fit import GazeFit

    stored = Baseline.objects.filter(session_id=session_id).values_list("gaze", flat=True).first()
    if stored is None:
        return None
    try:
        return GazeFit.from_json(stored)
    except ValueError as reason:
        logger.error("the gaze of session %s cannot be followed: %s", session_id, reason)
        return None


def is_fitted(session_id: uuid.UUID) -> bool:
    """Asked by the web process, which has no numpy to read the fit with."""
    stored = Baseline.objects.filter(session_id=session_id).values_list("gaze", flat=True).first()
    return isinstance(stored, dict) and stored.get("calibration") is not None

"""A candidate looks at points of the screen: looks are gathered in the cache, and only their fit is kept."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy

from analysis.reading import KNOWN_QUALITY
from exams.models import Session
from proctoring.models import Baseline
from proctoring.rooms import Room, check_takes_looks
from proctoring.services.gaze import fit_of

if TYPE_CHECKING:
    from analysis.gaze import Calibration, CalibrationPoint, EyeFeatures
    from analysis.gaze_look import EyeLook

KEPT_S = 600
MOST_LOOKS = 400
WORDS = {
    "kept": gettext_lazy("Thank you. You can start when you like."),
    "unsteady": gettext_lazy(
        "Your eyes and the points did not match well enough, so nothing was kept. Keep your head "
        "still, look at each point until the next one comes, and take care that no lamp mirrors in glasses."
    ),
    "too_few": gettext_lazy(
        "Your eyes could not be seen at enough of the points, so nothing was kept. Come closer, with "
        "light from the front."
    ),
    "too_close": gettext_lazy(
        "This window is too small for it. Make it larger and try again, or go on without."
    ),
    "lost": gettext_lazy("This took too long and has to begin again."),
    "failed": gettext_lazy("Something broke on our side, so nothing was kept. Try again, or go on without."),
}


@dataclass(frozen=True, slots=True)
class GazeOutcome:
    """What the candidate is told after the last point."""

    kept: bool
    code: str
    text: str

    @classmethod
    def of(cls, code: str) -> "GazeOutcome":
        return cls(code == "kept", code, str(WORDS[code]))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Looks:
    """Points in CSS pixels from the middle, and the looks at them by the point's number."""

    points_px: tuple[tuple[int, int], ...]
    looks: "tuple[tuple[int, EyeFeatures], ...]" = ()


def begin_looks(*, room: Room, points_px: Sequence[tuple[int, int]]) -> None:
    """From now on looks at these points count, and earlier ones no more."""
    session = room.session()
    check_takes_looks(session)
    cache.set(_key(session.id), _Looks(tuple(points_px)), timeout=KEPT_S)


def take_look(*, session_id: uuid.UUID, point: int, look: "EyeLook | None") -> bool:
    """One picture of somebody who looks at a point; whether its eyes could be used."""
    before: _Looks | None = cache.get(_key(session_id))
    if before is None or look is None or look.quality < KNOWN_QUALITY:
        return False
    if point >= len(before.points_px) or len(before.looks) >= MOST_LOOKS:
        return False
    after = replace(before, looks=(*before.looks, (point, look.features)))
    cache.set(_key(session_id), after, timeout=KEPT_S)
    return True


def fit_looks(*, session_id: uuid.UUID) -> GazeOutcome:
    """Fit what was gathered and keep the fit; a bad one is refused, and nothing changes."""
    from analysis.gaze import CalibrationRefused, calibrate

    session = Session.objects.select_related("exam").get(id=session_id)
    check_takes_looks(session)
    gathered: _Looks | None = cache.get(_key(session.id))
    cache.delete(_key(session.id))
    if gathered is None:
        return GazeOutcome.of("lost")
    try:
        calibration = calibrate(_points_of(gathered))
    except CalibrationRefused as refused:
        return GazeOutcome.of(refused.why)
    keep_calibration(session=session, calibration=calibration)
    return GazeOutcome.of("kept")


@transaction.atomic
def keep_calibration(*, session: Session, calibration: "Calibration") -> Baseline:
    from analysis.gaze_fit import GazeFit

    kept = Baseline.objects.select_for_update().get(session=session)
    fit = fit_of(session.id) or GazeFit()
    kept.gaze = GazeFit(fit.rest, calibration).to_json()
    kept.save(update_fields=["gaze"])
    return kept


def _points_of(gathered: _Looks) -> "list[CalibrationPoint]":
    from analysis.gaze import CalibrationPoint, degrees_of_px

    return [
        CalibrationPoint(
            degrees_of_px(x_px),
            degrees_of_px(y_px),
            tuple(look for number, look in gathered.looks if number == place),
        )
        for place, (x_px, y_px) in enumerate(gathered.points_px)
    ]


def _key(session_id: uuid.UUID) -> str:
    return f"gaze-points:{session_id}"

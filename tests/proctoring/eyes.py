"""The edge of gaze in unit tests: a face whose irises are where the test puts them."""

import numpy as np

from analysis.baseline import Baseline
from analysis.detectors.base import Image, Mesh
from analysis.detectors.iris import EyePoints
from analysis.frames import Frame
from analysis.observations import Observation
from analysis.pipeline import Landmarked
from tests.proctoring.fakes import GreyObserver

DETECTOR = "tests.proctoring.eyes.staged_irises"
OBSERVER = "tests.proctoring.eyes.landmark_observer"
EYE_WIDTH_PX = 30.0


class StagedIrises:
    """Both irises at `u` and `v`, in eye widths from the middle of the eye's corners."""

    u, v = 0.0, 0.0

    def find(self, image: Image, mesh: Mesh) -> tuple[EyePoints, EyePoints]:
        right = np.zeros((16, 2))
        right[8] = (EYE_WIDTH_PX, 0.0)
        left = np.zeros((16, 2))
        left[0] = (EYE_WIDTH_PX, 0.0)
        iris = np.array([[EYE_WIDTH_PX * (0.5 + self.u), EYE_WIDTH_PX * self.v]] * 5)
        return EyePoints(iris, right), EyePoints(iris, left)

    def look_at(self, x_deg: float, y_deg: float) -> None:
        self.u, self.v = -0.23 * np.sin(np.radians(x_deg)), 0.23 * np.sin(np.radians(y_deg))


STAGED = StagedIrises()


def staged_irises() -> StagedIrises:
    return STAGED


class LandmarkObserver(GreyObserver):
    """Sees what the grey observer sees, and the landmarks of its first face."""

    asked = 0

    def observe_landmarks(self, frame: Frame, baseline: Baseline | None = None) -> Landmarked:
        type(self).asked += 1
        seen: Observation = self.observe(frame, baseline)
        return Landmarked(seen, Mesh(np.zeros((468, 3)), 1.0) if seen.faces else None)


def landmark_observer() -> LandmarkObserver:
    return LandmarkObserver()

"""An upright square cut out of a frame around a face or an eye, and the way back for what was found in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from analysis.detectors.base import FoundFace, Image

Points = npt.NDArray[np.float64]
FACE_MARGIN = 1.5
EYE_MARGIN = 2.3


@dataclass(frozen=True, slots=True)
class Crop:
    """A square of the frame, turned by `angle` radians (clockwise in the picture), mirrored where asked."""

    x_px: float
    y_px: float
    side_px: float
    angle: float
    mirrored: bool = False

    @classmethod
    def of_face(cls, face: FoundFace) -> Crop:
        """One and a half times the box's longer side, level with the eyes."""
        (x0, y0), (x1, y1) = face.eyes_px
        x, y = face.box_px.centre_px
        side = FACE_MARGIN * max(face.box_px.width_px, face.box_px.height_px)
        return cls(x, y, side, float(np.arctan2(y1 - y0, x1 - x0)))

    @classmethod
    def of_eye(cls, first: Points, second: Points, mirrored: bool) -> Crop:
        """2.3 times the corners' distance, level with them; `first` is the one at the left of the picture."""
        across, down = (float(value) for value in second - first)
        x, y = (float(value) for value in (first + second) / 2)
        return cls(
            x, y, EYE_MARGIN * float(np.hypot(across, down)), float(np.arctan2(down, across)), mirrored
        )

    def to_frame(self, size_px: int) -> Points:
        """The 2x3 map from the pixels of a crop of this size to those of the frame."""
        scale, half = self.side_px / size_px, size_px / 2
        cosine, sine = scale * np.cos(self.angle), scale * np.sin(self.angle)
        turn = np.array([[cosine, -sine], [sine, cosine]])
        if self.mirrored:
            turn[:, 0] *= -1.0
        centre = np.array([self.x_px, self.y_px])
        return np.column_stack([turn, centre - turn @ (half, half)])

    def picture(self, image: Image, size_px: int) -> Image:
        """(size, size, 3) BGR; beyond the frame its border goes on."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (size_px, size_px)
        cut = cv2.warpAffine(
            image, self.to_frame(size_px), size, flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(cut, dtype=np.uint8)

    def place(self, points: Points, size_px: int) -> Points:
        """(n, 2) pixels of the crop as pixels of the frame."""
        to_frame = self.to_frame(size_px)
        return np.asarray(points @ to_frame[:, :2].T + to_frame[:, 2], dtype=np.float64)

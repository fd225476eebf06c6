"""A picture at half its size: made once for a frame, for all that need no more than that."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]


def half_size(image: Image) -> Image:
    """Each pixel is the mean of four: (height, width, 3) uint8 to (height // 2, width // 2, 3)."""
    size = (image.shape[1] // 2, image.shape[0] // 2)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

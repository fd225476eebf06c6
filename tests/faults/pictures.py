"""Pictures that say by their size what becomes of the worker that looks at them."""

import cv2
import numpy as np

HARMLESS_WIDTH_PX, POISON_WIDTH_PX, HANGING_WIDTH_PX = 160, 208, 224


def picture(width_px: int) -> bytes:
    """One face by its brightness: see `GreyObserver`."""
    written, jpeg = cv2.imencode(".jpg", np.full((120, width_px, 3), 50, dtype=np.uint8))
    assert written
    return bytes(jpeg)

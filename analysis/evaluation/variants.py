"""One picture in many conditions: noise, compression, light, framing, mirror, and darker or lighter skin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from analysis.evaluation.manifest import Image

Change = Callable[[Image], Image]
Seen = Literal["same", "mirrored", "blocked"]
SEED = 20_240_607


@dataclass(frozen=True, slots=True)
class Variant:
    """A change of a picture. `keeps`: whether what is seen stays, is mirrored, or is covered up."""

    name: str
    change: Change
    keeps: Seen = "same"


def noise(sigma: float) -> Change:
    """Gaussian noise in grey levels, equal for equal pictures."""

    def change(image: Image) -> Image:
        grain = np.random.default_rng(SEED).normal(0.0, sigma, image.shape)
        return np.asarray((image + grain).clip(0, 255), dtype=np.uint8)

    return change


def compressed(quality: int) -> Change:
    def change(image: Image) -> Image:
        _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)

    return change


def gamma(exponent: float) -> Change:
    """255 (v / 255) ^ exponent: above 1 is darker."""
    table = np.asarray((255 * (np.arange(256) / 255) ** exponent).round(), dtype=np.uint8)
    return lambda image: np.asarray(table[image], dtype=np.uint8)


def light(share: float) -> Change:
    """The light of a camera that gets this share of it, with the noise of a sensor that is turned up."""

    def change(image: Image) -> Image:
        return noise(3.0)(np.asarray(image * share, dtype=np.uint8))

    return change


def cropped(share: float) -> Change:
    """The middle of the picture, this share of each side, at the same size."""

    def change(image: Image) -> Image:
        height, width = image.shape[:2]
        top, left = round(height * (1 - share) / 2), round(width * (1 - share) / 2)
        middle = image[top : height - top, left : width - left]
        return np.asarray(cv2.resize(middle, (width, height)), dtype=np.uint8)

    return change


def mirrored(image: Image) -> Image:
    return np.ascontiguousarray(image[:, ::-1])


def skin(factor: float) -> Change:
    """The luma of skin-coloured pixels times a factor, with soft edges; all else stays.

    Source of the colour range: Chai & Ngan 1999 (Cr 133..173, Cb 77..127).
    """

    def change(image: Image) -> Image:
        channels = cv2.cvtColor(image, cv2.COLOR_BGR2YCrCb)
        inside = cv2.inRange(channels, np.array((0, 133, 77)), np.array((255, 173, 127)))
        share = cv2.GaussianBlur(inside.astype(np.float32) / 255, (0, 0), 3.0)
        luma = channels[..., 0] * (1 + share * (factor - 1))
        channels[..., 0] = luma.clip(0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(channels, cv2.COLOR_YCrCb2BGR), dtype=np.uint8)

    return change


def covered(image: Image) -> Image:
    """A finger on the lens: one dark reddish tone and hardly any detail."""
    tone = np.array([40.0, 45.0, 110.0])
    height, width = image.shape[:2]
    few = cv2.resize(image, (8, 6), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(0.98 * tone + 0.02 * blurred, dtype=np.uint8)


def dark(image: Image) -> Image:
    return light(0.03)(image)


UNCHANGED = Variant("as it is", lambda image: image)
STRESS: tuple[Variant, ...] = (
    UNCHANGED,
    Variant("noise, sigma 8", noise(8.0)),
    Variant("noise, sigma 20", noise(20.0)),
    Variant("JPEG 95", compressed(95)),
    Variant("JPEG 50", compressed(50)),
    Variant("JPEG 20", compressed(20)),
    Variant("gamma 0.5", gamma(0.5)),
    Variant("gamma 2", gamma(2.0)),
    Variant("light x 0.25", light(0.25)),
    Variant("light x 0.12", light(0.12)),
    Variant("crop to 80 %", cropped(0.8)),
    Variant("mirrored", mirrored, "mirrored"),
    Variant("skin luma x 0.5", skin(0.5)),
    Variant("skin luma x 1.4", skin(1.4)),
)
BLOCKED: tuple[Variant, ...] = (
    Variant("covered", covered, "blocked"),
    Variant("light x 0.03", dark, "blocked"),
)

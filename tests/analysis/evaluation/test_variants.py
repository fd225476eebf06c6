"""Each change does what its name says, alike every time, and leaves the picture it was given alone."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.evaluation.variants import (
    BLOCKED,
    STRESS,
    Variant,
    cropped,
    dark,
    gamma,
    mirrored,
    noise,
    skin,
)

SKIN_BGR, WALL_BGR = (120, 150, 205), (160, 120, 60)


def picture() -> np.ndarray:
    """A skin-coloured left half beside a bluish right half."""
    image = np.empty((120, 160, 3), np.uint8)
    image[:, :80], image[:, 80:] = SKIN_BGR, WALL_BGR
    return image


@pytest.mark.parametrize("variant", [*STRESS, *BLOCKED], ids=lambda variant: variant.name)
def test_a_variant_is_repeatable_and_leaves_its_picture_alone(variant: Variant) -> None:
    image = picture()
    first, second = variant.change(image), variant.change(image)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(image, picture())
    assert (first.shape, first.dtype) == (image.shape, np.uint8)


def test_noise_has_its_strength_and_no_bias() -> None:
    grey = np.full((200, 200, 3), 128, np.uint8)
    grain = noise(8.0)(grey).astype(float) - 128
    assert float(grain.std()) == pytest.approx(8.0, abs=0.1)
    assert float(grain.mean()) == pytest.approx(-0.5, abs=0.1)  # cut to whole grey levels


def test_light_and_gamma() -> None:
    assert gamma(2.0)(picture())[0, 0].tolist() == [56, 88, 165]
    assert float(dark(picture()).mean()) < 10


def test_only_skin_changes_its_luma() -> None:
    changed = skin(0.5)(picture())
    assert changed[60, 20].mean() == pytest.approx(np.mean(SKIN_BGR) - 85, abs=8)
    np.testing.assert_allclose(changed[60, 140], WALL_BGR, atol=2)


def test_a_mirror_and_a_crop() -> None:
    assert mirrored(picture())[0, 0].tolist() == list(WALL_BGR)
    striped = np.repeat(np.arange(160, dtype=np.uint8)[None, :, None], 120, axis=0).repeat(3, axis=2)
    middle = cropped(0.8)(striped)
    assert (int(middle[60, 0, 0]), int(middle[60, -1, 0])) == (16, 143)

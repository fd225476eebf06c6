"""Half the size is the mean of four pixels, also of odd sizes."""

import numpy as np

from analysis.half_size import half_size


def test_each_pixel_is_the_mean_of_four() -> None:
    image = np.zeros((2, 4, 3), np.uint8)
    image[0, 0] = (100, 40, 8)
    image[:, 2:] = 60
    assert half_size(image).tolist() == [[[25, 10, 2], [60, 60, 60]]]


def test_an_odd_row_is_left_out_of_the_count() -> None:
    assert half_size(np.zeros((121, 161, 3), np.uint8)).shape == (60, 80, 3)

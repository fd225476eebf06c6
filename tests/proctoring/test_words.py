"""Events in the words that people read."""

import pytest

from proctoring.words import detail_words, event_words

PLAIN = {
    "capabilities": 30,
    "told_width_px": 640,
    "told_height_px": 480,
    "told_fps_milli": 29_970,
    "width_px": 640,
    "height_px": 480,
    "interval_us": 33_366,
    "jitter_us": 2000,
}


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (PLAIN, "640 by 480 pixels, 30 pictures a second, like a plain webcam"),
        ({"width_px": 640, "height_px": 480}, "like a plain webcam"),
        (
            {**PLAIN, "capabilities": 0, "jitter_us": 40},
            "It offers no settings to choose from; its pictures come more evenly than a camera's. "
            "Programs, capture cards and some phones do so; it proves nothing",
        ),
        ({"program": "OBS"}, "Its name points to OBS; phones used as cameras are named like this too"),
        ({"length": 1}, "1 character"),
        ({}, ""),
    ],
)
def test_details(detail: dict[str, object], words: str) -> None:
    assert detail_words(detail) == words


def test_events_have_names_even_where_nobody_gave_them_one() -> None:
    assert event_words("camera_described") == "What the camera tells of itself"
    assert event_words("something_new") == "Something new"


def test_a_clock_that_was_set_right_accuses_nobody() -> None:
    words = "A time that the browser sent was set right"
    assert (event_words("clock_ahead"), event_words("clock_behind")) == (words, words)

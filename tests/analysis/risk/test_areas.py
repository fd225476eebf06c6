"""Areas: together they know every signal of the catalogue, each once."""

from __future__ import annotations

import pytest

from analysis.catalog import SIGNALS
from analysis.risk.areas import AREAS, PATIENT_AREAS, events_of_areas, signals_of_areas, with_parts


def test_every_signal_of_the_catalogue_belongs_to_one_area() -> None:
    known = [name for area in AREAS for name in area.signals]
    assert len(known) == len(set(known))
    assert {signal.key for signal in SIGNALS} - set(known) == set()


def test_without_the_camera_nothing_is_seen_with_it() -> None:
    assert with_parts(["camera"]) == {"camera", "face", "pose", "eyes", "gaze", "identity", "objects"}
    assert with_parts(["gaze", "tabs"]) == {"gaze", "tabs"}
    assert with_parts([]) == frozenset()


def test_events_have_no_duration_to_be_patient_about() -> None:
    assert set(PATIENT_AREAS).isdisjoint({"tabs", "clipboard"})
    assert "tab_hidden" in events_of_areas(["tabs"])
    assert "phone" in signals_of_areas(["objects"])


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(KeyError):
        with_parts(["smell"])

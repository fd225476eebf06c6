"""The sound of the recorded exam: one voice, then another, then the first again."""

import importlib.util
from pathlib import Path

import pytest

from analysis.audio.hearing import Ears
from analysis.audio.track import sound_windows
from analysis.detectors.voice import shared_vad
from analysis.detectors.voices import shared_voices
from analysis.risk.library import load_policy
from analysis.risk.result import replay
from proctoring.hearing import records_of

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("resemblyzer") is None, reason="the full set is not installed: no resemblyzer"
)
SECOND_VOICE_S = range(43, 53)


def test_the_second_voice_is_told_where_it_speaks_and_nowhere_else(data_dir: Path, models_dir: Path) -> None:
    ears = Ears(shared_vad(models_dir), shared_voices())
    records = tuple(records_of(sound_windows(data_dir / "scenarios" / "exam_story.mp4"), ears))
    told = [record.t_ms // 1000 for record in records if (record.values or {})["second_voice"]]
    assert len(told) >= 2
    assert set(told) <= set(SECOND_VOICE_S)
    flags = replay(records, load_policy("default"), "story").to_json()["flags"]
    assert [flag["since"] // 1000 in SECOND_VOICE_S for flag in flags if flag["rule"] == "SECOND_VOICE"] == [
        True
    ]

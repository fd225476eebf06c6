"""Voices by recordings: people alone, in turns, and meetings; voices here are steps of loudness."""

from __future__ import annotations

import importlib.util
import wave
from pathlib import Path

import numpy as np
import pytest

from analysis.audio.hearing import Ears
from analysis.detectors.voice import shared_vad
from analysis.detectors.voices import shared_voices
from analysis.evaluation.findings import rate
from analysis.evaluation.manifest import Manifest, read_manifest
from analysis.evaluation.speakers import greatest_distance, measure_speakers
from analysis.evaluation.statistics import Rate
from tests.analysis.audio.fakes import LevelIsVoice, LoudIsVoice

EARS = Ears(LoudIsVoice(), LevelIsVoice())


def sound(path: Path, *levels: float) -> None:
    values = np.concatenate([np.full(16_000, level) for level in levels])
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))
        file.writeframes((values * 32_767).astype("<i2").tobytes())


def recordings(folder: Path) -> Manifest:
    sound(folder / "anna.wav", *(0.6,) * 6)
    sound(folder / "anna2.wav", *(0.6,) * 3)
    sound(folder / "ben.wav", *(0.9,) * 6)
    sound(folder / "moody.wav", *(0.6,) * 4, *(0.8,) * 4)
    sound(folder / "short.wav", 0.6, 0.9)
    sound(folder / "talk.wav", *(0.6,) * 5, *(0.8,) * 5)
    rows = (
        "anna.wav,voice_single,speakers=1,anna",
        "anna2.wav,voice_single,speakers=1,anna",
        "ben.wav,voice_single,speakers=1,ben",
        "moody.wav,voice_single,speakers=1,moody",
        "short.wav,voice_multi,speakers=3,",
        "talk.wav,voice_multi,speakers=2,",
        "unknown.wav,voice_multi,,",
        "gone.wav,voice_single,speakers=1,gone",
    )
    (folder / "MANIFEST.csv").write_text(
        "\n".join(("file,kind,label,subject", *rows)) + "\n", encoding="utf-8"
    )
    return read_manifest(folder)


def test_told_missed_and_invented_voices(tmp_path: Path) -> None:
    section = measure_speakers(recordings(tmp_path), EARS)
    assert section is not None
    (table,) = section.tables
    assert table.rows == (
        ("one person alone", "3", rate(Rate(1, 3)), rate(Rate(0, 3))),
        ("two of them, one after the other", "3", rate(Rate(3, 3)), rate(Rate(0, 3))),
        ("meetings with several voices", "2", rate(Rate(1, 2)), rate(Rate(1, 2))),
    )
    assert section.notes[0] == (
        "AUC of the distance, several against one voice: all recordings 0.733; "
        "people one after the other 0.833; meetings recorded from afar 0.583."
    )
    assert section.wrong == (
        "moody alone: one voice was told as several (1.00)",
        "short.wav: too little speech to tell several voices",
    )
    assert section.unmeasured[0] == "gone.wav: there is no such file"


def test_without_voices_there_is_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.csv").write_text("file,kind,label\na.jpg,k,\n", encoding="utf-8")
    assert measure_speakers(read_manifest(tmp_path), EARS) is None
    assert greatest_distance(np.zeros(0, np.float32), EARS) is None


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("resemblyzer") is None, reason="the full set is not installed: no resemblyzer"
)
def test_real_voices(data_dir: Path, models_dir: Path) -> None:
    section = measure_speakers(read_manifest(data_dir), Ears(shared_vad(models_dir), shared_voices()))
    assert section is not None
    told = {row[0]: row[2] for row in section.tables[0].rows}
    assert told["one person alone"] == rate(Rate(0, 28))
    assert told["two of them, one after the other"] == rate(Rate(27, 28))
    assert "all recordings 0.89" in section.notes[0]

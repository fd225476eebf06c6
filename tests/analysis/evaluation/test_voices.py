"""Speech by seconds: marks, what should be heard of them, and real recordings."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analysis.audio.vad import CHUNK, Heard, Passage, Samples, VadState
from analysis.detectors.voice import shared_vad
from analysis.evaluation.findings import per_hour, rate
from analysis.evaluation.manifest import Manifest, read_manifest
from analysis.evaluation.statistics import PerHour, Rate
from analysis.evaluation.voices import marked_speech, measure_voices
from analysis.video import VideoRefused


class LoudIsVoice:
    """Takes every loud chunk for voice."""

    key, version = "voice", "loud"

    def listen(self, samples: Samples, state: VadState) -> Heard:
        chunks = samples[: len(samples) // CHUNK * CHUNK].reshape(-1, CHUNK)
        return Heard((np.abs(chunks).max(axis=1) > 0.1).astype(np.float32), state)

    def listen_together(self, passages: Sequence[Passage]) -> list[Heard]:
        return [self.listen(passage.samples, passage.state) for passage in passages]


def sound(path: Path, loud_from_s: float, loud_to_s: float, length_s: float = 8.0) -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0.0, 0.002, round(16_000 * length_s))
    loud = slice(round(16_000 * loud_from_s), round(16_000 * loud_to_s))
    values[loud] += 0.3 * np.sign(rng.normal(size=values[loud].shape))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))
        file.writeframes((values * 32_767).clip(-32_768, 32_767).astype("<i2").tobytes())


def recordings(folder: Path) -> Manifest:
    sound(folder / "one.wav", 2.0, 6.0)
    sound(folder / "still.wav", 0.0, 0.0)
    sound(folder / "clatter.wav", 0.0, 4.0)
    sound(folder / "talk.wav", 3.0, 8.0)
    sound(folder / "word.wav", 0.0, 0.0)
    (folder / "talk.rttm").write_text("SPEAKER t 1 3.0 5.0 <NA> <NA> A <NA> <NA>\n", encoding="utf-8")
    (folder / "word.rttm").write_text("SPEAKER w 1 3.0 1.2 <NA> <NA> A <NA> <NA>\n", encoding="utf-8")
    rows = (
        "one.wav,voice_single,speakers=1",
        "still.wav,no_speech,speech=0",
        "clatter.wav,no_speech,speech=0",
        "talk.wav,voice_multi,speakers=1",
        "word.wav,voice_multi,speakers=1",
        "gone.wav,voice_single,speakers=1",
    )
    (folder / "MANIFEST.csv").write_text("\n".join(("file,kind,label", *rows)) + "\n", encoding="utf-8")
    return read_manifest(folder)


def test_found_missed_and_invented_speech(tmp_path: Path) -> None:
    section = measure_voices(recordings(tmp_path), LoudIsVoice())
    assert section is not None
    files, seconds = section.tables
    assert files.rows == (
        ("voice_single", "1", "8", rate(Rate(1, 1)), "-"),
        ("no_speech", "2", "16", rate(Rate(1, 2)), per_hour(PerHour(1, 16_000))),
        ("voice_multi", "2", "16", rate(Rate(1, 2)), "-"),
    )
    # The first second of a turn of five is not yet part of speaking, and neither is a word of 1.2 s.
    assert seconds.rows == (
        ("at least half speech", rate(Rate(4, 6))),
        ("no speech", rate(Rate(0, 9))),
    )
    assert section.wrong == ("clatter.wav: speech was invented",)
    assert section.unmeasured[0] == "gone.wav: there is no such file"


def test_marks_are_joined_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    lines = ("SPEAKER a 1 5.0 1.0 x", "SPEAKER a 1 1.0 2.5 x", "SPEAKER a 1 3.0 1.0 y", "NOISE a 1 8 1 x", "")
    path.write_text("\n".join(lines), encoding="utf-8")
    assert marked_speech(path) == [(1_000, 4_000), (5_000, 6_000)]
    path.write_text("SPEAKER a 1 soon 1.0\n", encoding="utf-8")
    with pytest.raises(VideoRefused, match=r"a\.rttm: this is no list of speakers"):
        marked_speech(path)


def test_without_sound_there_is_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.csv").write_text("file,kind,label\na.jpg,k,\n", encoding="utf-8")
    assert measure_voices(read_manifest(tmp_path), LoudIsVoice()) is None


@pytest.mark.slow
def test_real_recordings(data_dir: Path, models_dir: Path) -> None:
    section = measure_voices(read_manifest(data_dir), shared_vad(models_dir))
    assert section is not None
    heard = {row[0]: row[3] for row in section.tables[0].rows}
    assert (heard["voice_single"], heard["no_speech"]) == (rate(Rate(46, 46)), rate(Rate(0, 7)))
    # Three voices in the last 1.5 of its 30 marked seconds: just too late to count as speaking.
    assert section.wrong == ("audio/multi/ami_trn01.flac: no speech was heard",)

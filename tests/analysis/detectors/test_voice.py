"""Silero on real recordings, as the room sends them: one second after the other."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from analysis.audio.hearing import Ears, Heard, Turn, hear_together
from analysis.audio.speech import SpeechState, follow, tidy
from analysis.audio.track import read_sound, sound_windows
from analysis.audio.vad import CHUNK_MS, RATE_HZ, Passage, Samples, VadState
from analysis.audio.windows import LEAST_SAMPLES, Window, listen
from analysis.detectors.base import DetectorMissing
from analysis.detectors.voice import SileroVad, voice_status

LEAST_RECALL, LEAST_PRECISION = 0.75, 0.98
FLOAT_NOISE = 1e-4


@pytest.fixture(scope="module")
def silero(models_dir: Path) -> SileroVad:
    return SileroVad(models_dir)


def speaking_seconds(path: Path, silero: SileroVad) -> set[int]:
    state, seconds = None, set()
    for window in sound_windows(path):
        listened = listen(window, silero, state)
        state = listened.state
        if listened.sound.speech.known:
            seconds.add(window.t_ms // 1000)
    return seconds


def labels(path: Path, chunks: int) -> npt.NDArray[np.bool_]:
    """Whether anybody speaks in the middle of each chunk, by the annotation beside the recording."""
    middle_s = (np.arange(chunks) + 0.5) * CHUNK_MS / 1000
    speech = np.zeros(chunks, np.bool_)
    for line in path.with_suffix(".rttm").read_text(encoding="utf-8").splitlines():
        start_s, length_s = map(float, line.split()[3:5])
        speech |= (middle_s >= start_s) & (middle_s < start_s + length_s)
    return speech


def voiced(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    flags: list[bool] = []
    for probability in probabilities:
        before = SpeechState((flags[-1],)) if flags else SpeechState()
        flags.append(follow(probability[None], before).state.voiced[-1])
    return np.array(tidy(flags))


@pytest.mark.slow
def test_meetings_recorded_from_afar(data_dir: Path, silero: SileroVad) -> None:
    found, true = [], []
    for path in sorted((data_dir / "audio" / "multi").glob("ami_*.flac")):
        heard = silero.listen(read_sound(path), VadState.fresh())
        found.append(voiced(heard.probabilities))
        true.append(labels(path, len(heard.probabilities)))
    speech, label = np.concatenate(found), np.concatenate(true)
    assert (len(found), bool(label.any())) == (9, True)
    assert speech[label].mean() >= LEAST_RECALL
    assert label[speech].mean() >= LEAST_PRECISION


@pytest.mark.slow
def test_typing_and_silence_are_no_speech(data_dir: Path, silero: SileroVad) -> None:
    recordings = sorted((data_dir / "audio" / "nospeech").iterdir())
    assert len(recordings) == 7
    assert {path.name: speaking_seconds(path, silero) for path in recordings} == {
        path.name: set() for path in recordings
    }


def test_the_story_is_told_to_the_second(data_dir: Path, silero: SileroVad) -> None:
    seconds = speaking_seconds(data_dir / "scenarios" / "exam_story.mp4", silero)
    assert (min(seconds), max(seconds)) == (33, 52)
    assert len(seconds) >= 18


def test_windows_are_heard_as_one_stream(data_dir: Path, silero: SileroVad) -> None:
    sound = read_sound(data_dir / "audio" / "multi" / "ami_trn00.flac")[:48_300]
    state, parts = VadState.fresh(), []
    for start in range(0, len(sound), 16_000):
        heard = silero.listen(sound[start : start + 16_000], VadState.from_bytes(state.to_bytes()))
        state = heard.state
        parts.append(heard.probabilities)
    whole = silero.listen(sound, VadState.fresh()).probabilities
    assert np.array_equal(np.concatenate(parts), whole)
    assert len(whole) == len(sound) // 512


@pytest.fixture(scope="module")
def meetings(data_dir: Path) -> list[Samples]:
    """Ten seconds of eight meetings; the last two end earlier, one of them after a tenth of a second."""
    paths = sorted((data_dir / "audio" / "multi").glob("ami_*.flac"))[:8]
    sounds = [read_sound(path)[: 10 * RATE_HZ] for path in paths]
    return [*sounds[:6], sounds[6][: 3 * RATE_HZ + 700], sounds[7][: RATE_HZ // 10]]


@pytest.mark.parametrize("streams", [3, 8])
def test_streams_heard_together_are_told_what_each_is_told_alone(
    meetings: list[Samples], silero: SileroVad, streams: int
) -> None:
    passages = [Passage(sound, VadState.fresh()) for sound in meetings[-streams:]]
    together = silero.listen_together(passages)
    alone = [silero.listen(passage.samples, passage.state) for passage in passages]
    for one, other in zip(together, alone, strict=True):
        assert one.probabilities.shape == other.probabilities.shape
        assert np.abs(one.probabilities - other.probabilities).max() < FLOAT_NOISE
        assert np.abs(one.state.memory - other.state.memory).max() < FLOAT_NOISE
        assert np.array_equal(one.state.context, other.state.context)
        assert np.array_equal(one.state.rest, other.state.rest)


def test_seconds_heard_together_give_identical_signals(meetings: list[Samples], silero: SileroVad) -> None:
    ears = Ears(silero)
    for one, other in zip(rounds_of(meetings, ears, 8), rounds_of(meetings, ears, 1), strict=True):
        assert [heard.signals for heard in one] == [heard.signals for heard in other]


def rounds_of(sounds: list[Samples], ears: Ears, batch: int) -> list[list[Heard]]:
    """Second after second of all streams, so many of them at once."""
    told: list[list[Heard]] = []
    before: list[Heard | None] = [None] * len(sounds)
    for second in range(10):
        windows = [sound[second * RATE_HZ : (second + 1) * RATE_HZ] for sound in sounds]
        places = [place for place, samples in enumerate(windows) if len(samples) >= LEAST_SAMPLES]
        turns = [turn_of(Window(1000 * second, windows[place]), before[place]) for place in places]
        groups = [turns[start : start + batch] for start in range(0, len(turns), batch)]
        told.append([heard for group in groups for heard in hear_together(group, ears)])
        for place, heard in zip(places, told[-1], strict=True):
            before[place] = heard
    return told


def turn_of(window: Window, before: Heard | None) -> Turn:
    return Turn(window, before.state, before.voices) if before else Turn(window)


def test_more_streams_than_one_run_hears_are_heard_in_several(silero: SileroVad) -> None:
    noise = np.random.default_rng(7).normal(0, 0.1, (35, 1600)).astype(np.float32)
    together = silero.listen_together([Passage(sound, VadState.fresh()) for sound in noise])
    last = silero.listen(noise[34], VadState.fresh())
    assert [len(heard.probabilities) for heard in together] == [3] * 35
    assert np.abs(together[34].probabilities - last.probabilities).max() < FLOAT_NOISE
    assert silero.listen_together([]) == []


def test_less_than_a_chunk_waits_for_the_next_passage(silero: SileroVad) -> None:
    short, full = np.full(100, 0.1, np.float32), np.full(600, 0.1, np.float32)
    waiting, _ = silero.listen_together([Passage(short, VadState.fresh()), Passage(full, VadState.fresh())])
    assert len(waiting.probabilities) == 0
    assert np.array_equal(waiting.state.rest, short)
    assert not waiting.state.memory.any()


def test_a_missing_model_is_told_in_one_line(tmp_path: Path) -> None:
    assert (voice_status(tmp_path).on, voice_status(None).on) == (False, False)
    assert voice_status(tmp_path).reason == "the model file silero_vad_16k_op15.onnx is missing"


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "silero_vad_16k_op15.onnx").write_bytes(b"no model")
    with pytest.raises(DetectorMissing, match="is not a model"):
        SileroVad(tmp_path)

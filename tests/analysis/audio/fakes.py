"""A detector that hears what a test says: the probability of a chunk is its loudest sample."""

from collections.abc import Sequence

import numpy as np

from analysis.audio.vad import CHUNK, RATE_HZ, Heard, Passage, Samples, VadState
from analysis.audio.voices import NUMBERS


class LoudIsVoice:
    key = "voice"
    version = "test"

    def listen(self, samples: Samples, state: VadState) -> Heard:
        sound = np.concatenate((state.rest, samples))
        full = len(sound) // CHUNK
        loudest = np.abs(sound[: full * CHUNK].reshape(full, CHUNK)).max(axis=1)
        return Heard(loudest.astype(np.float32), VadState(state.memory, state.context, sound[full * CHUNK :]))

    def listen_together(self, passages: Sequence[Passage]) -> list[Heard]:
        return [self.listen(passage.samples, passage.state) for passage in passages]


def second(voice: float, silent: float = 0.01, share: float = 1.0) -> Samples:
    """One second whose first `share` is as loud as `voice`; the rest is the noise of a room."""
    sound = np.full(RATE_HZ, silent, np.float32)
    sound[: round(share * RATE_HZ)] = voice
    return sound


class LevelIsVoice:
    """Takes stretches of one loudness for one voice: ten steps of loudness point in ten directions."""

    key = "voices"
    version = "test"

    def embed(self, stretches: Samples) -> np.ndarray:
        numbers = np.zeros((len(stretches), NUMBERS), np.float32)
        steps = np.round(10 * np.abs(stretches).max(axis=1)).astype(int) if len(stretches) else []
        numbers[np.arange(len(stretches)), steps] = 1.0
        return numbers

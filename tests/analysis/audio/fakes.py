"""A detector that hears what a test says: the probability of a chunk is its loudest sample."""

import numpy as np

from analysis.audio.vad import CHUNK, RATE_HZ, Heard, Samples, VadState


class LoudIsVoice:
    key = "voice"
    version = "test"

    def listen(self, samples: Samples, state: VadState) -> Heard:
        sound = np.concatenate((state.rest, samples))
        full = len(sound) // CHUNK
        loudest = np.abs(sound[: full * CHUNK].reshape(full, CHUNK)).max(axis=1)
        return Heard(loudest.astype(np.float32), VadState(state.memory, state.context, sound[full * CHUNK :]))


def second(voice: float, silent: float = 0.01, share: float = 1.0) -> Samples:
    """One second whose first `share` is as loud as `voice`; the rest is the noise of a room."""
    sound = np.full(RATE_HZ, silent, np.float32)
    sound[: round(share * RATE_HZ)] = voice
    return sound

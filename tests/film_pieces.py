"""Short real videos for tests: a grey that grows lighter, with a tone where sound is wanted."""

import io
from functools import cache

import av
import numpy as np

FPS = 10
RATE_HZ = 48_000
SIZE_PX = (64, 48)


@cache
def film(
    duration_ms: int, *, sound: bool = False, codec: str = "libvpx", container: str = "webm", light: int = 40
) -> bytes:
    """The bytes of one video; VP8 in WebM unless said otherwise."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as output:
        picture = output.add_stream(codec, rate=FPS)
        picture.width, picture.height = SIZE_PX
        picture.pix_fmt = "yuv420p"
        tone = output.add_stream("libopus", rate=RATE_HZ, layout="mono") if sound else None
        for number in range(duration_ms * FPS // 1000):
            grey = np.full((SIZE_PX[1], SIZE_PX[0], 3), min(255, light + number), np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="bgr24")
            frame.pts = number
            output.mux(picture.encode(frame))
        output.mux(picture.encode(None))
        if tone is not None:
            _sing(output, tone, duration_ms)
    return target.getvalue()


def _sing(output: av.container.OutputContainer, tone: av.AudioStream, duration_ms: int) -> None:
    samples = duration_ms * RATE_HZ // 1000
    wave = (8000 * np.sin(2 * np.pi * 440 * np.arange(samples) / RATE_HZ)).astype(np.int16)
    for begun in range(0, samples, 960):
        part = wave[begun : begun + 960]
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, begun
        output.mux(tone.encode(frame))
    output.mux(tone.encode(None))

"""Sampling of recorded videos, made here."""

from pathlib import Path

import av
import numpy as np
import pytest

from analysis.video import VideoRefused, sample_video, video_duration_ms


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds, 10 pictures a second, each brighter than the one before."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 320, 240
        for number in range(20):
            picture = np.full((240, 320, 3), 10 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return path


def test_pictures_come_at_the_asked_rate(clip: Path) -> None:
    samples = list(sample_video(clip, 2.0))
    assert [t_ms for t_ms, _ in samples] == [0, 500, 1000, 1500]
    assert [round(float(image.mean()), -1) for _, image in samples] == [0, 50, 100, 150]
    assert samples[0][1].shape == (240, 320, 3)


def test_a_rate_above_the_video_gives_every_picture_once(clip: Path) -> None:
    assert [t_ms for t_ms, _ in sample_video(clip, 50.0)] == list(range(0, 2000, 100))


def test_length_is_in_milliseconds(clip: Path) -> None:
    assert video_duration_ms(clip) == 2000


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan")])
def test_a_rate_must_be_above_zero(clip: Path, fps: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        sample_video(clip, fps)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoRefused, match="no such file"):
        next(sample_video(tmp_path / "none.mp4", 1.0))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a video",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        bytes(5000),
    ],
)
def test_what_is_no_video_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "upload.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoRefused, match="not a video"):
        next(sample_video(path, 1.0))


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sound.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1600), np.int16), format="s16", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
    with pytest.raises(VideoRefused, match="no picture track"):
        video_duration_ms(path)

"""Pictures that do not live: a camera that stands still, a recording played again, a lens gone soft."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from analysis.half_size import half_size
from analysis.observations import Camera, Fingerprint

SIGNATURE_PX = (16, 12)
STEPS_PER_GREY = 64
"""Signatures are kept in 1/64 grey level: a camera's noise averaged over a cell is about a tenth."""
STANDING_GREY = 0.02
FROZEN_AFTER_MS = 5000
BLURRED_SHARE = 0.1
LEAST_LAG = 5
LOOP_RATIO = 0.35
LEAST_CHANGE_GREY = 0.5
"""Below this distance between pictures nothing moves at all, and a return says nothing."""
JUDGED_EVERY_MS = 60_000
LOOPED_JUDGEMENTS = 2
HISTORY_SAMPLES = 1200
SAMPLE_MS = 1000

Signatures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stillness:
    """What is kept from picture to picture: the last one and since when it stands."""

    picture: Fingerprint | None = None
    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class LoopWatch:
    """When a session's pictures were last compared, how often in a row they returned, and the last ratio."""

    judged_ms: int = 0
    in_a_row: int = 0
    ratio: float | None = None

    @property
    def looped(self) -> bool | None:
        """Whether the picture repeats itself; `None` before anything could be compared."""
        return None if self.ratio is None else self.in_a_row >= LOOPED_JUDGEMENTS


def fingerprint(image: npt.NDArray[np.uint8], half: npt.NDArray[np.uint8] | None = None) -> Fingerprint:
    """A picture in 388 bytes: enough to see it stand or return, too little to see who is in it.

    Args:
        image: (height, width, 3) uint8, BGR.
        half: the picture at half its size, where somebody has made it already.

    Returns:
        The checksum of the picture at half its size in grey, and the mean luma of 16x12 cells, row-major, as
        little-endian uint16 in 1/64 grey level.
    """
    grey = cv2.cvtColor(half_size(image) if half is None else half, cv2.COLOR_BGR2GRAY)
    cells = cv2.resize(grey.astype(np.float32), SIGNATURE_PX, interpolation=cv2.INTER_AREA)
    luma = np.rint(cells * STEPS_PER_GREY).astype("<u2").tobytes()
    return Fingerprint(zlib.crc32(grey.tobytes()), luma)


def signature(luma: bytes) -> Signatures:
    """(192,) grey levels from the bytes of a fingerprint.

    Raises:
        ValueError: for bytes of another length.
    """
    cells = np.frombuffer(luma, dtype="<u2")
    if cells.size != SIGNATURE_PX[0] * SIGNATURE_PX[1]:
        raise ValueError(f"a signature has {SIGNATURE_PX[0] * SIGNATURE_PX[1]} cells, not {cells.size}")
    return cells.astype(np.float64) / STEPS_PER_GREY


def watch_still(state: Stillness, picture: Fingerprint, t_ms: int) -> tuple[Stillness, bool]:
    """Whether the picture has stood for more than five seconds.

    A picture stands when it is the last one again, or differs by less than 0.02 grey levels on average: a
    camera's own noise moves an empty room's picture more than that.
    """
    if state.picture is not None and _same(state.picture, picture):
        return replace(state, picture=picture), t_ms - state.since_ms > FROZEN_AFTER_MS
    return Stillness(picture, t_ms), False


def blurred(camera: Camera, baseline_sharpness: float | None) -> bool | None:
    """Whether the picture lost nine tenths of the sharpness it had at the camera check; `None` if unknown."""
    if camera.state != "ok" or not baseline_sharpness:
        return None
    return camera.sharpness < BLURRED_SHARE * baseline_sharpness


def loop_due(watch: LoopWatch, t_ms: int) -> bool:
    return t_ms - watch.judged_ms >= JUDGED_EVERY_MS


def judge_loop(watch: LoopWatch, t_ms: int, signatures: Signatures) -> LoopWatch:
    """Compare a session's pictures once more; `signatures` as `at_steady_rate` gives them."""
    ratio = loop_ratio(signatures)
    again = ratio is not None and ratio < LOOP_RATIO
    return LoopWatch(t_ms, watch.in_a_row + 1 if again else 0, ratio)


def at_steady_rate(times_ms: list[int], signatures: Signatures) -> Signatures:
    """The signatures one second apart, each the last one known by then.

    Args:
        times_ms: n capture times, rising.
        signatures: (n, 192) grey levels.

    Returns:
        (m, 192), at most the last 1200 seconds.
    """
    if not times_ms:
        return signatures
    grid = np.arange(times_ms[0], times_ms[-1] + 1, SAMPLE_MS)[-HISTORY_SAMPLES:]
    places = np.searchsorted(np.asarray(times_ms), grid, side="right") - 1
    return np.asarray(signatures[places], dtype=np.float64)


def loop_ratio(signatures: Signatures) -> float | None:
    """How deep the distance of pictures dips at one period, against the distances around that period.

    d(L) is the mean distance of pictures L samples apart. A recording that is played again makes d dip at its
    length: the ratio is d(L) over the smaller of its medians at L/2..L and at L..3L/2, the least over all L
    of at least 5 samples that fit twice into the footage. Slow change of light raises d on one side only and
    is no dip.

    Args:
        signatures: (n, 192) grey levels at a steady rate.

    Returns:
        0 (an exact repetition) to about 1 (none); `None` for less than 15 samples or a picture that stands.

    Source: own; measured on every clip of the test data, looped with fresh noise and compression: loops
    at most 0.30, the same clips once at least 0.91. The ratio to the median over all lags, as first
    planned, called 65 seconds of living footage at two frames a second a loop (0.31).
    """
    count = len(signatures)
    if count < 3 * LEAST_LAG:
        return None
    distance = _distances(signatures, count * 3 // 4)
    if float(np.median(distance)) < LEAST_CHANGE_GREY:
        return None
    dips = [_dip(distance, lag) for lag in range(LEAST_LAG, count // 2 + 1)]
    return min(dips)


def _dip(distance: npt.NDArray[np.float64], lag: int) -> float:
    # distance[i] belongs to a lag of i + 1 samples.
    before = float(np.median(distance[lag // 2 - 1 : lag - 1]))
    after = float(np.median(distance[lag : lag + lag // 2]))
    around = min(before, after)
    return float(distance[lag - 1]) / around if around >= LEAST_CHANGE_GREY else 1.0


def _distances(signatures: Signatures, lags: int) -> npt.NDArray[np.float64]:
    centred = signatures - signatures.mean(axis=0)
    products = centred @ centred.T
    lengths = np.diag(products)
    apart = np.sqrt(np.maximum(0.0, lengths[:, None] + lengths[None, :] - 2 * products))
    return np.array([np.diagonal(apart, lag).mean() for lag in range(1, lags + 1)])


def _same(one: Fingerprint, other: Fingerprint) -> bool:
    if one.checksum == other.checksum:
        return True
    change = np.abs(signature(one.luma) - signature(other.luma)).mean()
    return float(change) < STANDING_GREY

"""Silero's voice activity network (MIT), run by OpenVINO: a probability of voice for every 32 ms.

Measured on AMI meetings recorded from afar (10 x 30 s, 53 % speech), with the thresholds of
`analysis.audio.speech`: recall 0.77 at precision 0.99; no speech on 146 s of keyboard typing. It does not
tell whose voice it is, nor a voice in the room from one out of a loudspeaker; whispering is often missed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.audio.vad import CHUNK, CONTEXT, MEMORY_SHAPE, RATE_HZ, Heard, Passage, Samples, VadState
from analysis.detectors.base import DetectorMissing, DetectorStatus

MODEL_FILE = "silero_vad_16k_op15.onnx"
SIZES = (1, 2, 4, 8, 16, 32)
"""How many streams one run may hear. Each size is a network of its own, compiled when it is first needed."""
# In bfloat16, the choice of newer processors, errors add up in the network's memory and change the answer.
_SETTINGS: dict[str, str | int] = {
    "INFERENCE_PRECISION_HINT": "f32",
    "NUM_STREAMS": 1,
    "PERFORMANCE_HINT": "LATENCY",
    "ENABLE_CPU_PINNING": False,
}


class SileroVad:
    """Equal sound and state give equal answers: to the bit in a run of one size, to 1e-4 in another.

    Safe to call from several threads.
    """

    key = "voice"
    version = "silero-16k-op15"

    def __init__(self, models_dir: Path | None, threads: int = 1) -> None:
        """Read and compile the model.

        Raises:
            DetectorMissing: when OpenVINO or the model file is not there, or the file is no model.
        """
        self._models_dir, self._threads = models_dir, threads
        self._requests = {1: compiled(models_dir, threads)}
        self._lock = threading.Lock()

    def listen(self, samples: Samples, state: VadState) -> Heard:
        """Go on in one stream with (n,) float32 samples in -1..1 at 16 kHz; n may be anything."""
        return self._run([Passage(samples, state)])[0]

    def listen_together(self, passages: Sequence[Passage]) -> list[Heard]:
        """The same for several streams at once, which is cheaper for each; their lengths may differ."""
        most = SIZES[-1]
        groups = (passages[start : start + most] for start in range(0, len(passages), most))
        return [heard for group in groups for heard in self._run(group)]

    def _run(self, passages: Sequence[Passage]) -> list[Heard]:
        size = next(size for size in SIZES if size >= len(passages))
        cuts = [_cut(passage) for passage in passages]
        chunks = _side_by_side(cuts, size)
        # A shorter stream's memory is taken when it ends; what the network hears of it then is padding.
        memories = [passage.state.memory for passage in passages]
        memory = np.zeros((MEMORY_SHAPE[0], size, MEMORY_SHAPE[2]), np.float32)
        memory[:, : len(passages)] = np.concatenate(memories, axis=1)
        probabilities = np.empty((len(chunks), size), np.float32)
        with self._lock:
            request = self._request_of(size)
            for step, chunk in enumerate(chunks):
                probabilities[step], memory = _step(request, chunk, memory)
                for place, cut in enumerate(cuts):
                    if cut.chunks == step + 1:
                        memories[place] = memory[:, place : place + 1].copy()
        return [
            Heard(probabilities[: cut.chunks, place].copy(), VadState(memories[place], cut.context, cut.rest))
            for place, cut in enumerate(cuts)
        ]

    def _request_of(self, size: int) -> Any:
        if size not in self._requests:
            self._requests[size] = compiled(self._models_dir, self._threads, streams=size)
        return self._requests[size]


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """A passage with the context before it, as far as it fills chunks, and what is left for the next one."""

    stretch: Samples
    chunks: int
    rest: Samples

    @property
    def context(self) -> Samples:
        return self.stretch[-CONTEXT:].copy()


def _cut(passage: Passage) -> _Cut:
    sound = np.concatenate((passage.state.rest, passage.samples)).astype(np.float32, copy=False)
    full = len(sound) // CHUNK
    stretch = np.concatenate((passage.state.context, sound[: full * CHUNK]))
    return _Cut(stretch, full, sound[full * CHUNK :].copy())


def _side_by_side(cuts: Sequence[_Cut], size: int) -> Samples:
    """(steps, size, 576) samples: what the network takes in each step; zeros where a stream has ended."""
    chunks = np.zeros((max(cut.chunks for cut in cuts), size, CONTEXT + CHUNK), np.float32)
    for place, cut in enumerate(cuts):
        for step in range(cut.chunks):
            start = step * CHUNK
            chunks[step, place] = cut.stretch[start : start + CONTEXT + CHUNK]
    return chunks


def _step(
    request: Any, chunk: Samples, memory: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    request.infer({"input": chunk, "state": memory}, share_inputs=True)
    return request.get_output_tensor(0).data[:, 0], request.get_output_tensor(1).data.copy()


def shared_vad(models_dir: Path | None) -> SileroVad:
    """The one detector of this process for a models folder; the model is loaded on the first call.

    Raises:
        DetectorMissing: with one clear line why there is none.
    """
    with _sharing:
        return _shared(models_dir)


def voice_status(models_dir: Path | None) -> DetectorStatus:
    """Whether speech is recognised in this process, and in one line why not."""
    try:
        shared_vad(models_dir)
    except DetectorMissing as reason:
        return DetectorStatus(SileroVad.key, False, str(reason))
    return DetectorStatus(SileroVad.key, True, "")


_sharing = threading.Lock()


@cache
def _shared(models_dir: Path | None) -> SileroVad:
    return SileroVad(models_dir)


def compiled(models_dir: Path | None, threads: int, *, streams: int = 1) -> Any:
    """A request of the network for the next 32 ms of as many streams at once.

    Raises:
        DetectorMissing: as `SileroVad`.
    """
    try:
        import openvino
        from openvino.frontend import FrontEndManager
    except ImportError as reason:
        raise DetectorMissing(f"openvino is not installed ({reason})") from reason
    path = models_dir / MODEL_FILE if models_dir else None
    if path is None or not path.is_file():
        raise DetectorMissing(f"the model file {MODEL_FILE} is missing")
    try:
        # The branches of this graph differ in rank: it converts only where every size is known beforehand.
        front_end = FrontEndManager().load_by_framework("onnx")
        graph = front_end.load(str(path))
        shapes = _shapes(streams)
        for place in graph.get_inputs():
            graph.set_partial_shape(place, openvino.PartialShape(shapes[place.get_names()[0]]))
        model = _at_our_rate(front_end.convert(graph))
        settings = {**_SETTINGS, "INFERENCE_NUM_THREADS": threads}
        return openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    except Exception as reason:
        # What openvino's front end raises shares no base below this one.
        raise DetectorMissing(f"{path.name} is not a model that openvino reads") from reason


def _shapes(streams: int) -> dict[str, list[int]]:
    layers, _, width = MEMORY_SHAPE
    return {"input": [streams, CONTEXT + CHUNK], "state": [layers, streams, width], "sr": []}


def _at_our_rate(model: Any) -> Any:
    # A constant rate lets the branch for 8 kHz fall away.
    from openvino import opset13

    for parameter in list(model.get_parameters()):
        if parameter.output(0).get_any_name() == "sr":
            rate = opset13.constant(np.array(RATE_HZ, np.int64))
            parameter.output(0).replace(rate.output(0))
            model.remove_parameter(parameter)
    model.validate_nodes_and_infer_types()
    return model

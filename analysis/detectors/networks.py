"""Neural networks run by OpenVINO: the one module that imports it."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.detectors.base import DetectorMissing, Image

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PixelRange:
    """What the network was trained on: (pixel - `mean`) / `scale`, in this order of colours and axes."""

    mean: float
    scale: float
    red_first: bool = True
    layout: str = "NHWC"


UNIT = PixelRange(0.0, 255.0)
SIGNED = PixelRange(127.5, 127.5)
NCHW_BGR = PixelRange(0.0, 1.0, red_first=False, layout="NCHW")


class Network:
    """One model, compiled for the CPU. Safe to call from several threads; equal inputs give equal outputs."""

    def __init__(
        self,
        path: Path,
        threads: int,
        pixels: PixelRange,
        outputs: int,
        prepare: Callable[[Any], Any] = lambda model: model,
    ) -> None:
        """Read a model file, let `prepare` change it, and compile what its first `outputs` outputs need.

        Raises:
            DetectorMissing: when OpenVINO or the file is not there, or the file is no model.
        """
        try:
            import openvino
        except ImportError as reason:
            raise DetectorMissing(f"openvino is not installed ({reason})") from reason
        if not path.is_file():
            raise DetectorMissing(f"the model file {path.name} is missing")
        try:
            core = openvino.Core()
            model = _first_outputs(prepare(core.read_model(path)), outputs)
            compiled = core.compile_model(_from_pixels(model, pixels), "CPU", _settings(threads))
        except RuntimeError as reason:
            raise DetectorMissing(f"{path.name} is not a model that openvino reads") from reason
        self._lock = threading.Lock()
        self._request: Any = compiled.create_infer_request()
        # Written in place, a picture is copied once, by numpy, and nothing is looked up by name.
        self._picture: Any = openvino.Tensor(openvino.Type.u8, compiled.input(0).shape)
        self._request.set_input_tensor(self._picture)
        self._outputs = outputs

    def run(self, picture: Image) -> tuple[FloatArray, ...]:
        """The outputs for one BGR uint8 picture of the network's size, as arrays of the caller's own."""
        with self._lock:
            np.copyto(self._picture.data[0], picture)
            self._request.infer()
            return tuple(self._request.get_output_tensor(i).data.copy() for i in range(self._outputs))


def mediapipe_model(*parts: str) -> Path:
    """A model file inside the installed mediapipe package, which is found without importing it.

    Raises:
        DetectorMissing: when mediapipe is not installed.
    """
    package = importlib.util.find_spec("mediapipe")
    if package is None or not package.submodule_search_locations:
        raise DetectorMissing("mediapipe, whose model files this needs, is not installed")
    return Path(package.submodule_search_locations[0], "modules", *parts)


def _first_outputs(model: Any, outputs: int) -> Any:
    # What only the other outputs need is not computed: it costs a tenth of the eye network.
    import openvino

    if len(model.outputs) == outputs:
        return model
    return openvino.Model(model.outputs[:outputs], model.get_parameters(), model.friendly_name)


def _from_pixels(model: Any, pixels: PixelRange) -> Any:
    # Inside the compiled graph this is four times faster than in numpy.
    from openvino import Layout, Type
    from openvino.preprocess import ColorFormat, PrePostProcessor

    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(Type.u8).set_layout(Layout("NHWC")).set_color_format(
        ColorFormat.BGR
    )
    steps.input().model().set_layout(Layout(pixels.layout))
    converted = steps.input().preprocess().convert_element_type(Type.f32)
    if pixels.red_first:
        converted.convert_color(ColorFormat.RGB)
    converted.mean(pixels.mean).scale(pixels.scale)
    return steps.build()


def _settings(threads: int) -> dict[str, str | int]:
    # Precision is the processor's choice: its bfloat16 units save a quarter of a frame's time and change
    # angles by 0.1 degree on average, 0.7 at most on the clips measured. One machine always answers the same.
    return {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "ENABLE_CPU_PINNING": False,
    }

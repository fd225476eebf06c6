"""Pictures a second of the close look for things, by the size of its batches: GPU against processor.

`python -m bench.gpu --models FOLDER [--pictures FOLDER] [--json FILE]` runs on any machine that has the
`full` set. Where there is no CUDA it says so, and measures the same road on the processor instead.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

import numpy as np

from analysis.detectors.base import DetectorMissing, Image
from analysis.detectors.objects import OpenVinoObjects
from analysis.detectors.objects_ultralytics import UltralyticsObjects
from analysis.frames import open_frame

BATCHES = (1, 2, 4, 8, 16, 32, 64)
SECONDS_EACH = 3.0
WARM_UP_CALLS = 2
HEIGHT_PX, WIDTH_PX = 480, 640
DRAWN = 16


class Detector(Protocol):
    def load(self, models_dir: Path | None, threads: int) -> None: ...

    def detect(self, images: Sequence[Image]) -> object: ...


@dataclass(frozen=True, slots=True)
class Rate:
    """`ms_a_picture` is wall time; a call takes `batch` of them at once."""

    batch: int
    pictures_a_second: float
    ms_a_picture: float


@dataclass(frozen=True, slots=True)
class Road:
    """A detector on a device; `rates` is empty and `missing` says why where it could not be loaded."""

    name: str
    device: str
    rates: tuple[Rate, ...]
    missing: str = ""


def measure_road(
    name: str,
    device: str,
    detector: Detector,
    pictures: Sequence[Image],
    *,
    models_dir: Path,
    batches: Sequence[int] = BATCHES,
    seconds: float = SECONDS_EACH,
    clock: Callable[[], float] = time.perf_counter,
) -> Road:
    try:
        detector.load(models_dir, os.cpu_count() or 1)
    except DetectorMissing as reason:
        return Road(name, device, (), str(reason))
    return Road(name, device, tuple(_rate(detector, pictures, one, seconds, clock) for one in batches))


def cuda_name() -> str | None:
    """The first CUDA device's name; None where there is none, or no PyTorch to ask."""
    try:
        import torch
    except ImportError:
        return None
    return str(torch.cuda.get_device_name(0)) if torch.cuda.is_available() else None


def table(roads: Sequence[Road]) -> str:
    lines = []
    for road in roads:
        lines.append(
            f"{road.name}, {road.device}" + (f": not measured: {road.missing}" if road.missing else "")
        )
        lines += [_line(rate) for rate in road.rates]
    return "\n".join(lines)


def _line(rate: Rate) -> str:
    speed, each = f"{rate.pictures_a_second:8.1f} pictures/s", f"{rate.ms_a_picture:8.2f} ms each"
    return f"  batch {rate.batch:3}  {speed} {each}"


def _rate(
    detector: Detector, pictures: Sequence[Image], batch: int, seconds: float, clock: Callable[[], float]
) -> Rate:
    source: Iterator[Image] = cycle(pictures)
    for _ in range(WARM_UP_CALLS):
        detector.detect(list(islice(source, batch)))
    taken, begun_s = 0, clock()
    while (spent_s := clock() - begun_s) < seconds or not taken:
        detector.detect(list(islice(source, batch)))
        taken += batch
    return Rate(batch, round(taken / spent_s, 1), round(1000 * spent_s / taken, 2))


def read_pictures(folder: Path | None) -> list[Image]:
    """Those of the folder; without one drawn at random, in which nothing is found."""
    if folder is not None:
        return [open_frame(file.read_bytes()).image for file in sorted(folder.glob("*.jpg"))]
    dice = np.random.default_rng(1)
    return [dice.integers(0, 256, (HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8) for _ in range(DRAWN)]


def main(arguments: Sequence[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m bench.gpu")
    options.add_argument("--models", type=Path, required=True, help="holds yolo11n.pt and yolo11n.onnx")
    options.add_argument("--pictures", type=Path, help="a folder of *.jpg; without one they are drawn")
    options.add_argument("--seconds", type=float, default=SECONDS_EACH, help="for each size of batch")
    options.add_argument("--batches", type=int, nargs="+", default=list(BATCHES))
    options.add_argument("--json", type=Path, help="where the figures are written as well")
    chosen = options.parse_args(arguments)
    pictures = read_pictures(chosen.pictures)
    if not pictures:
        print(f"There is no *.jpg in {chosen.pictures}.", file=sys.stderr)
        return 2
    gpu, processor = cuda_name(), f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    if gpu is None:
        print("This machine has no CUDA device: ultralytics is measured on the processor too.")
    asked = {"models_dir": chosen.models, "batches": chosen.batches, "seconds": chosen.seconds}
    roads = [
        measure_road("ultralytics", gpu or processor, UltralyticsObjects(), pictures, **asked),
        measure_road("OpenVINO", processor, OpenVinoObjects(), pictures, **asked),
    ]
    print(table(roads))
    if chosen.json is not None:
        figures = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "cuda": gpu}
        chosen.json.write_text(
            json.dumps({**figures, "roads": [asdict(road) for road in roads]}, indent=2) + "\n"
        )
    return 0 if any(road.rates for road in roads) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

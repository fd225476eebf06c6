"""Where and with what the figures were measured."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("Django", "channels", "uvicorn", "mediapipe", "openvino", "opencv-python-headless", "numpy")
CPU_INFO = Path("/proc/cpuinfo")
BESIDE = Path(__file__).resolve().parents[3] / "shared"
CLIP = Path("scenarios") / "exam_story.mp4"


def recording() -> tuple[Path, Path]:
    """The clip and the models folder, from DATA_DIR and MODELS_DIR; without a clip nothing is measured."""
    data_dir = Path(os.environ.get("DATA_DIR") or BESIDE / "data")
    clip = data_dir / CLIP
    if not clip.is_file():
        raise SystemExit(f"There is no {clip}: set DATA_DIR to a folder that holds {CLIP}.")
    return clip, Path(os.environ.get("MODELS_DIR") or BESIDE / "models")


@dataclass(frozen=True, slots=True)
class Machine:
    """`load` is the average of the last minute before measuring: other work makes every figure worse."""

    date: str
    processor: str
    cores: int
    load: float
    system: str
    python: str
    packages: dict[str, str]


def this_machine() -> Machine:
    return Machine(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        load=round(os.getloadavg()[0], 2),
        system=platform.platform(terse=True),
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
    )


def _processor() -> str:
    """The model's name where the kernel tells it, else the architecture."""
    if CPU_INFO.is_file():
        for line in CPU_INFO.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.machine()

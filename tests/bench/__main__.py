"""Prints one JSON document; the clip and the models come from DATA_DIR and MODELS_DIR."""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[3] / "shared"
CLIP = Path("scenarios") / "exam_story.mp4"


def main() -> int:
    data_dir = Path(os.environ.get("DATA_DIR") or BESIDE / "data")
    models_dir = Path(os.environ.get("MODELS_DIR") or BESIDE / "models")
    clip = data_dir / CLIP
    if not clip.is_file():
        print(f"There is no {clip}: set DATA_DIR to a folder that holds {CLIP}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="invigil-bench-") as var_dir:
        _set_up_django(var_dir)
        from tests.bench.frame_path import clip_jpegs, measure_frame_path
        from tests.bench.hearing import measure_hearing
        from tests.bench.identity import measure_identity
        from tests.bench.live import FRAMES_EACH, measure_live
        from tests.bench.machine import this_machine
        from tests.bench.objects import measure_objects

        machine = this_machine()
        frame_path = measure_frame_path(clip, models_dir)
        identity = measure_identity(clip, models_dir)
        objects = measure_objects(clip, models_dir)
        hearing = measure_hearing(clip, models_dir)
        live = measure_live(Path(var_dir), models_dir, clip_jpegs(clip, FRAMES_EACH))
    figures = {
        "machine": asdict(machine),
        "frame_path": asdict(frame_path),
        "identity": asdict(identity),
        "objects": [asdict(look) for look in objects],
        "hearing": asdict(hearing),
        "live": [asdict(delay) for delay in live],
    }
    print(json.dumps(figures, indent=2))
    return 0


def _set_up_django(var_dir: str) -> None:
    """The embedded profile on a folder of its own; the server is started on the same one."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.base"
    os.environ["VAR_DIR"] = var_dir
    django.setup()


if __name__ == "__main__":
    sys.exit(main())

"""Prints one JSON document; the clip and the models come from DATA_DIR and MODELS_DIR."""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.machine import recording, this_machine


def main() -> int:
    clip, models_dir = recording()
    with tempfile.TemporaryDirectory(prefix="invigil-bench-") as var_dir:
        _set_up_django(var_dir, models_dir)
        figures = _measured(clip, models_dir, Path(var_dir))
    print(json.dumps(figures, indent=2))
    return 0


def _measured(clip: Path, models_dir: Path, var_dir: Path) -> dict[str, Any]:
    from tests.bench.candidates import measure_analysis, measure_capacity
    from tests.bench.detectors import measure_detectors
    from tests.bench.first_page import measure_first_page
    from tests.bench.frame_path import clip_jpegs, measure_frame_path
    from tests.bench.hearing import measure_hearing
    from tests.bench.identity import measure_identity
    from tests.bench.live import FRAMES_EACH, measure_live
    from tests.bench.objects import measure_objects
    from tests.bench.requests import measure_requests
    from tests.bench.upload import measure_upload
    from tests.bench.wall import measure_wall

    detectors = measure_detectors(clip, models_dir)
    return {
        "machine": asdict(this_machine()),
        "frame_path": asdict(measure_frame_path(clip, models_dir)),
        "detectors": {name: asdict(cost) for name, cost in detectors.items()},
        "identity": asdict(measure_identity(clip, models_dir)),
        "objects": [asdict(look) for look in measure_objects(clip, models_dir)],
        "a_second_of_sound": asdict(measure_hearing(clip, models_dir)),
        "candidates_a_core": {
            "analysis_alone": asdict(measure_analysis(clip, models_dir)),
            "with_its_database": asdict(measure_capacity(clip, models_dir)),
        },
        "requests": {call: measured.shown() for call, measured in measure_requests().items()},
        "first_page": asdict(measure_first_page()),
        "upload": [asdict(upload) for upload in measure_upload()],
        "wall": asdict(measure_wall()),
        "live": [asdict(delay) for delay in measure_live(var_dir, models_dir, clip_jpegs(clip, FRAMES_EACH))],
    }


def _set_up_django(var_dir: str, models_dir: Path) -> None:
    """The embedded profile on a folder of its own; the server is started on the same one."""
    import django
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.base"
    os.environ["VAR_DIR"] = var_dir
    os.environ["MODELS_DIR"] = str(models_dir)
    django.setup()
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())

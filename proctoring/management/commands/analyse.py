"""`manage.py analyse PATH... --jsonl`: what the detectors see in pictures and videos."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

if TYPE_CHECKING:
    from proctoring.measuring import Measured

LEAST_FPS, MOST_FPS = 0.1, 30.0


class Command(BaseCommand):
    help = (
        "Analyse pictures and videos: a line for each picture or sampled frame. Boxes: x, y, width, height "
        "in pixels; degrees: yaw > 0 to the person's left, pitch > 0 up."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="pictures, videos or folders")
        parser.add_argument("--jsonl", action="store_true", help="one JSON object a line")
        parser.add_argument("--fps", type=float, default=2.0, help="pictures a second of a video (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        # The detectors are heavy: `manage.py help` must not load them.
        from proctoring import measuring
        from proctoring.analysing import configured_observer

        if not LEAST_FPS <= options["fps"] <= MOST_FPS:
            raise CommandError(f"--fps must lie between {LEAST_FPS} and {MOST_FPS:g}")
        observer, refused = configured_observer(), 0
        try:
            files = list(measuring.files_in(options["paths"]))
        except measuring.FileRefused as error:
            raise CommandError(str(error)) from error
        for path in files:
            try:
                for measured in measuring.measure(path, fps=options["fps"], observer=observer):
                    self.stdout.write(_line(measured, as_json=options["jsonl"]))
            except measuring.FileRefused as error:
                refused += 1
                self.stderr.write(str(error))
        if refused:
            raise CommandError(f"{refused} of {len(files)} files could not be analysed")


def _line(measured: "Measured", *, as_json: bool) -> str:
    if as_json:
        return json.dumps(measured.to_json(), allow_nan=False)
    seen = measured.seen
    at = "" if measured.t_ms is None else f" at {measured.t_ms / 1000:.1f} s"
    count = "an unknown number of" if seen.face_count is None else seen.face_count
    return f"{measured.file}{at}: {count} face(s), camera {seen.camera.state}"

"""`manage.py models list|install|export`: which model files are here, the official ones, the ONNX file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

STATES = {"official": "here", "other": "another file of this name", "missing": "missing"}


class Command(BaseCommand):
    help = "Lists, installs and exports the models of the detectors, in the folder that MODELS_DIR names."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="what is on, what is off, and why")
        install = actions.add_parser("install", help="fetch the official files that are missing")
        install.add_argument("files", nargs="*", metavar="FILE", help="only these (default: all of the set)")
        install.add_argument("--full", action="store_true", help="also what only the full set can use")
        install.add_argument("--from", dest="mirror", metavar="ADDRESS", help="a folder on your own server")
        install.add_argument("--replace", action="store_true", help="also what lies there under these names")
        export = actions.add_parser("export", help="make yolo11n.onnx from yolo11n.pt (full set)")
        export.add_argument("--size", type=int, default=640, metavar="PX", help="side of its input (640)")

    def handle(self, *args: Any, **options: Any) -> None:
        models_dir = Path(settings.MODELS_DIR)
        if options["action"] == "list":
            self._list(models_dir)
        elif options["action"] == "install":
            self._install(models_dir, options)
        else:
            self._export(models_dir, options["size"])

    def _list(self, models_dir: Path) -> None:
        from analysis.model_files import model_files
        from proctoring.detectors import all_detectors

        self.stdout.write("detectors")
        for status in all_detectors(models_dir):
            self.stdout.write(f"  {status.key}: {'on' if status.on else f'off, {status.reason}'}")
        self.stdout.write("official files")
        for file in model_files():
            state = STATES[file.state(models_dir)]
            self.stdout.write(f"  {file.name}: {state}; {file.what}; {file.licence}")

    def _install(self, models_dir: Path, options: dict[str, Any]) -> None:
        from analysis.model_files import model_files
        from proctoring.fetching import FetchFailed, fetch

        known = {file.name: file for file in model_files()}
        unknown = sorted(set(options["files"]) - known.keys())
        if unknown:
            raise CommandError(f"{unknown[0]} is not one of: {', '.join(known)}")
        wanted = options["files"] or [
            name for name, file in known.items() if options["full"] or file.package_set == "analysis"
        ]
        failed = []
        for name in wanted:
            file = known[name]
            state = file.state(models_dir)
            if state == "official" or (state == "other" and not options["replace"]):
                self.stdout.write(f"{name}: {STATES[state]}, left as it is")
                continue
            self.stdout.write(f"{name}: {file.size_bytes / 1e6:.1f} MB, licence {file.licence}")
            try:
                fetch(file, models_dir, mirror=options["mirror"], on_retry=self.stderr.write)
            except FetchFailed as error:
                failed.append(str(error))
                self.stderr.write(str(error))
        if failed:
            raise CommandError(f"{len(failed)} of {len(wanted)} files are not installed")

    def _export(self, models_dir: Path, side_px: int) -> None:
        from analysis.detectors.base import DetectorMissing
        from analysis.detectors.objects_ultralytics import WEIGHTS_FILE, WEIGHTS_PATTERN, export_onnx

        if side_px % 32 or not 320 <= side_px <= 1280:
            raise CommandError("--size must be a multiple of 32 between 320 and 1280")
        if not any(models_dir.glob(WEIGHTS_PATTERN)):
            raise CommandError(
                f"There is no {WEIGHTS_FILE} in {models_dir} to export from: put it there, or fetch it with "
                "`manage.py models install --full`."
            )
        try:
            made = export_onnx(models_dir, side_px)
        except DetectorMissing as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"made {made.name} for pictures of {side_px} pixels")

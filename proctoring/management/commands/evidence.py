"""`manage.py evidence DATA_DIR [--out FILE]`: how much each look tells, counted on labelled files."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Count on a folder of labelled files what each look tells (log-likelihood ratios of a policy's "
        "evidence) and print it as JSON; what no file shows is said to be assumed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DATA_DIR")
        parser.add_argument("--out", type=Path, metavar="FILE", help="also write it there")
        parser.add_argument("--policy", default="default", metavar="NAME_OR_FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        # The detectors are heavy: `manage.py help` must not load them.
        from analysis.evaluation.manifest import ManifestRefused
        from analysis.video import VideoRefused
        from proctoring.evaluating import evaluation
        from proctoring.evaluating.evidence import evidence
        from proctoring.footage import FootageRefused, find_policy

        try:
            policy = find_policy(options["policy"], settings.PRESETS_DIR)
            bench = evaluation.open_bench(options["folder"], settings.MODELS_DIR, policy)
            found = evidence(bench)
        except (ManifestRefused, FootageRefused, VideoRefused) as error:
            raise CommandError(str(error)) from error
        text = _written(found)
        self.stdout.write(text)
        if options["out"]:
            self._write(options["out"], text)

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: this cannot be written ({error.strerror})") from error
        self.stderr.write(f"written to {path}")


def _written(found: dict[str, Any]) -> str:
    """JSON with one line for each detector, so that a change can be read."""
    lines = [f"    {json.dumps(name)}: {json.dumps(one)}" for name, one in found["detectors"].items()]
    head = [
        f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in found.items() if key != "detectors"
    ]
    return "\n".join(["{", *head, '  "detectors": {', ",\n".join(lines), "  }", "}", ""])

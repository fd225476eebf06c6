"""`manage.py evaluate DATA_DIR [--out FILE] [--only KIND]`: how right the detectors are on labelled files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Measure the detectors on a folder of labelled files with a MANIFEST.csv (file, kind, label, "
        "subject): rates with intervals, errors, false alarms, and what went wrong."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DATA_DIR")
        parser.add_argument("--out", type=Path, metavar="FILE", help="also write it as Markdown")
        parser.add_argument("--only", action="append", default=[], metavar="KIND", help="may be repeated")
        parser.add_argument("--policy", default="default", metavar="NAME_OR_FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        # The detectors are heavy: `manage.py help` must not load them.
        from analysis.evaluation.findings import markdown, plain
        from analysis.evaluation.manifest import ManifestRefused
        from proctoring.evaluating import evaluation
        from proctoring.footage import FootageRefused, find_policy

        unknown = sorted(set(options["only"]) - set(evaluation.KINDS))
        if unknown:
            kinds = ", ".join(evaluation.KINDS)
            raise CommandError(f"there is no kind {', '.join(unknown)}; there are {kinds}")
        try:
            policy = find_policy(options["policy"], settings.PRESETS_DIR)
            bench = evaluation.open_bench(options["folder"], settings.MODELS_DIR, policy)
            sections = list(evaluation.evaluate(bench, options["only"]))
        except (ManifestRefused, FootageRefused) as error:
            raise CommandError(str(error)) from error
        opening = evaluation.opening(bench)
        self.stdout.write(plain(evaluation.TITLE, opening, sections))
        if options["out"]:
            self._write(options["out"], markdown(evaluation.TITLE, opening, sections))

    def _write(self, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: this cannot be written ({error.strerror})") from error
        self.stderr.write(f"written to {path}")

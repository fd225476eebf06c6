"""`manage.py replay VIDEO`: a recorded exam through frames, analysis, risk and flags to a report."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from proctoring.results import SessionResult
from reports import replayed
from reports.content import clock

SESSION_ID = "log"


class Command(BaseCommand):
    help = "Replay a recorded exam: prints the flags and writes report, events, log and snapshots."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("video", type=Path, metavar="VIDEO")
        parser.add_argument("--policy", default="default", metavar="NAME_OR_FILE")
        parser.add_argument("--fps", type=float, default=2.0, help="pictures a second to look at")
        parser.add_argument("--out", type=Path, metavar="DIR", help="where the report goes")

    def handle(self, *args: Any, **options: Any) -> None:
        # The detectors are heavy: `manage.py help` must not load them.
        from proctoring.footage import FootageRefused

        video: Path = options["video"]
        folder = Path(options["out"] or settings.VAR_DIR / "replays" / video.stem)
        try:
            result = _replay(video, options["policy"], options["fps"], folder)
        except FootageRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{folder}: the report cannot be written ({error.strerror})") from error
        self._tell(result, folder)

    def _tell(self, result: SessionResult, folder: Path) -> None:
        for line in _table(result):
            self.stdout.write(line)
        self.stdout.write(
            f"integrity score {result.integrity_score:g}, {result.recommendation}; a person decides"
        )
        self.stdout.write(f"digest {result.digest}")
        self.stderr.write(f"report in {folder}")


def _replay(video: Path, policy_name: str, fps: float, folder: Path) -> SessionResult:
    from proctoring import footage
    from proctoring.hearing import configured_ears

    policy = footage.find_policy(policy_name, settings.PRESETS_DIR)
    total = footage.count_frames(video, fps)
    pipeline, ears = footage.load_pipeline(settings.MODELS_DIR), configured_ears()
    with tqdm(total=total, unit="frame", file=sys.stderr, desc=video.name) as progress:
        seen = footage.watch(
            video,
            policy,
            fps=fps,
            session_id=SESSION_ID,
            pipeline=pipeline,
            ears=ears,
            on_frame=progress.update,
        )
    wanted = {flag.picture_seq for flag in seen.result.flags if flag.picture_seq is not None}
    pictures = dict(footage.pictures(video, fps=fps, wanted=wanted))
    content = replayed.report_of(seen, replayed.Source(video.name, fps, SESSION_ID), pictures)
    replayed.write_folder(folder, seen, content, pictures)
    return seen.result


def _table(result: SessionResult) -> list[str]:
    rows = [("from", "to", "severity", "rule", "points", "what")]
    rows += [
        (
            clock(flag.since_ms),
            "" if flag.end_ms is None else clock(flag.end_ms),
            flag.severity,
            flag.rule,
            f"{flag.delta:g}",
            flag.label,
        )
        for flag in sorted(result.flags, key=lambda flag: (flag.since_ms, flag.rule))
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return lines if result.flags else [*lines, "no flags"]

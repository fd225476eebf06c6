"""`manage.py risk --policy NAME_OR_FILE LOG.jsonl`: the result of a log, as JSON."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analysis.risk.library import DEFAULT_POLICY, load_policy
from analysis.risk.log import Record, RecordError, read_lines
from analysis.risk.policy import PolicyError
from analysis.risk.result import replay

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = "Fold a log of signals by a policy: flags, ledgers, score and report as one JSON document."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("log", metavar="LOG.jsonl", help="JSON lines; - reads standard input")
        parser.add_argument("--policy", default=DEFAULT_POLICY, metavar="NAME_OR_FILE")
        parser.add_argument("--session", default="log", help="the name that flags' ids are made from (log)")
        parser.add_argument("--end-ms", type=int, help="when the session ended (its last record)")

    def handle(self, *args: Any, **options: Any) -> None:
        end_ms = options["end_ms"]
        if end_ms is not None and end_ms < 0:
            raise CommandError("--end-ms must not be negative")
        try:
            policy = load_policy(options["policy"], presets_dir=settings.PRESETS_DIR)
        except PolicyError as error:
            raise CommandError(f"policy {options['policy']}: {error}") from error
        result = replay(_records(options["log"]), policy, options["session"], end_ms)
        self.stdout.write(json.dumps(result.to_json(), allow_nan=False, indent=2))


def _records(log: str) -> list[Record]:
    try:
        if log == STANDARD_INPUT:
            return list(read_lines(sys.stdin))
        with Path(log).open(encoding="utf-8") as lines:
            return list(read_lines(lines))
    except RecordError as error:
        raise CommandError(f"{log}: {error}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{log}: this is not UTF-8 text") from error
    except OSError as error:
        raise CommandError(f"{log}: cannot be read ({error.strerror})") from error

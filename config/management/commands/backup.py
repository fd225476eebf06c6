"""`manage.py backup FILE`: all rows as of one moment and all files, in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.archive import BackupBroken
from config.backup.making import make_backup


class Command(BaseCommand):
    help = "Write everything this installation holds into one file; it may be in use meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a new file; only its owner may read it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = make_backup(options["file"])
        except (BackupBroken, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{options['file']}: {made.tables} tables, {made.files} files, {made.bytes} bytes. "
            "It is not encrypted and holds personal data: keep it where your database is kept, or safer."
        )

"""`manage.py restore FILE`: what `backup` wrote, into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.archive import BackupBroken
from config.backup.restoring import NotEmpty, NotProved, restore_backup


class Command(BaseCommand):
    help = "Bring back what `backup` wrote. Run `migrate` first; no other process may be running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="over what is there: it is lost")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = restore_backup(options["file"], force=options["force"], tell=self.stdout.write)
        except (BackupBroken, NotEmpty, NotProved, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored what was there at {restored.made_at}: {restored.institutions} institutions, "
            f"{restored.files} files, each as it was; every audit log is whole. Everybody signs in again."
        )

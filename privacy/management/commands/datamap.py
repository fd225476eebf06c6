"""Prints where personal data lies, for docs/privacy.md and for an institution's own records."""

from typing import Any

from django.core.management.base import BaseCommand

from privacy.data_map import as_markdown


class Command(BaseCommand):
    help = "Print every table and folder of storage: its personal data, how long it lives, what deletes it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(), ending="")

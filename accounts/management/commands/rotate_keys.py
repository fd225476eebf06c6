"""`manage.py rotate_keys`: seal everything with the newest key, or --check what each key still holds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import rotation, sealing


class Command(BaseCommand):
    help = "Seal what rests in the database with the first of FIELD_KEYS, or of SECRET_KEY without one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, and fail where a needed key is missing"
        )
        parser.add_argument(
            "--batch", type=int, default=rotation.BATCH, help="values in one transaction (%(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        if not options["check"]:
            self._turn(options["batch"])
        self._say_what_each_key_holds()
        self._refuse_what_is_lost()

    def _turn(self, batch: int) -> None:
        for turned in rotation.turn_keys(batch=batch):
            self.stdout.write(
                f"{turned.place}: {turned.resealed} sealed anew, {turned.unreadable} could not be opened."
            )

    def _say_what_each_key_holds(self) -> None:
        newest = sealing.keyring()[0].name
        for name, count in rotation.by_key().items():
            role = "seals what is new" if name == newest else "an older key"
            end = "" if name == newest or count else "; nothing in the database needs it to be opened"
            self.stdout.write(f"{name} ({role}): {count} values{end}.")

    def _refuse_what_is_lost(self) -> None:
        lost = rotation.lost()
        if lost:
            places = ", ".join(f"{one.count} of {one.place} (key {one.key_id})" for one in lost)
            raise CommandError(
                f"No key of the settings opens {places}. Put the missing key back behind the others in "
                "FIELD_KEYS, or in SECRET_KEY_FALLBACKS if it was a SECRET_KEY, and run this again."
            )

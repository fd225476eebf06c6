"""`manage.py secondfactor remove EMAIL`: for whoever has lost phone, recovery codes and passkeys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import persons
from accounts.models import User


class Command(BaseCommand):
    help = "Remove a person's second factors, recovery codes and passkeys. Make sure first that it is them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        remove = commands.add_parser("remove", help="their password alone opens the account again")
        remove.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        removed = persons.remove_second_factors(user=user)
        self.stdout.write(f"Removed {removed} of {user.email}. It is in the audit log of each institution.")

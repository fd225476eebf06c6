"""`manage.py operator appoint|dismiss EMAIL`: who may enter the platform's admin."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import operators, second_factor
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Say who runs this platform. They enter its admin with a second factor, where PLATFORM_ADMIN is set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        for name in ("appoint", "dismiss"):
            commands.add_parser(name).add_argument("email")

    def handle(self, *args: Any, command: str, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        if command == "dismiss":
            operators.dismiss(user=user)
            self.stdout.write(f"{user.email} runs this platform no more.")
            return
        operators.appoint(user=user)
        factor = "" if second_factor.is_on(user) else " They must set up a second factor before they come in."
        self.stdout.write(f"{user.email} runs this platform.{factor}")

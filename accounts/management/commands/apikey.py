"""`manage.py apikey create|list|revoke`: keys for programs."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import api_keys
from accounts.errors import DomainError
from accounts.models import ApiKey, Institution, Scope
from accounts.tenancy import tenant_scope

MOST_DAYS = 3650


class Command(BaseCommand):
    help = "Make, list and revoke the keys with which programs come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="make a key and show it, once")
        create.add_argument("--scope", action="append", required=True, choices=Scope.values, dest="scopes")
        create.add_argument("--name", default="made on the command line", help="what it is for")
        create.add_argument("--days", type=int, help="after so many days it expires (never)")
        listing = actions.add_parser("list", help="name the keys, without their secrets")
        revoke = actions.add_parser("revoke", help="make a key open nothing")
        revoke.add_argument("prefix", help="what stands before the point in the key")
        for action in (create, listing, revoke):
            action.add_argument("--institution", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        institution = Institution.objects.filter(slug=options["institution"]).first()
        if institution is None:
            raise CommandError(f"There is no institution “{options['institution']}”.")
        do = {"create": self._create, "list": self._list, "revoke": self._revoke}[options["action"]]
        try:
            with tenant_scope(institution.id):
                do(options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _create(self, options: dict[str, Any]) -> None:
        days = options["days"]
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise CommandError(f"--days must lie between 1 and {MOST_DAYS}")
        made = api_keys.create(
            name=options["name"],
            scopes=[Scope(scope) for scope in options["scopes"]],
            expires_at=None if days is None else timezone.now() + timedelta(days=days),
        )
        self.stderr.write("This key is shown once; only its hash is kept.")
        self.stdout.write(made.text)

    def _list(self, options: dict[str, Any]) -> None:
        for key in api_keys.all_keys():
            self.stdout.write(f"{key.prefix}  {_state(key)}  {', '.join(key.scopes)}  {key.name}")

    def _revoke(self, options: dict[str, Any]) -> None:
        key = api_keys.revoke(prefix=options["prefix"])
        self.stdout.write(f"{key.prefix} opens nothing any more.")


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if not key.usable(timezone.now()):
        return f"expired {key.expires_at:%Y-%m-%d}"
    return f"used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"

"""`manage.py migrate`: done by the owner of the tables, who then builds the second wall again."""

import getpass
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections, transaction

from config.postgres import walls
from config.postgres.base import DatabaseWrapper


class Command(migrate.Command):
    def handle(self, *arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not isinstance(connection, DatabaseWrapper):
            super().handle(*arguments, **options)
            return
        application = connection.settings_dict["USER"] or getpass.getuser()
        with connection.as_owner():
            super().handle(*arguments, **options)
            if not (options["plan"] or options["check_unapplied"]):
                self._build(connection, application, options["verbosity"])

    def _build(self, connection: DatabaseWrapper, application: str, verbosity: int) -> None:
        try:
            with transaction.atomic(using=connection.alias):
                count = walls.build(connection, application=application)
        except walls.WallImpossible as reason:
            raise CommandError(str(reason)) from reason
        if verbosity:
            self.stdout.write(f"  Row-level security on {count} tables, for the role {application}.")

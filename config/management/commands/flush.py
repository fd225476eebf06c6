"""`manage.py flush`: empties every table, which only their owner may."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from config.postgres.base import DatabaseWrapper


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if not isinstance(connection, DatabaseWrapper):
            super().handle(**options)
            return
        with connection.as_owner():
            super().handle(**options)

"""After a restore: erase again whoever was erased since the backup was made."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Institution
from accounts.tenancy import tenant_scope
from privacy.services.reapplying import reapply
from privacy.services.tombstones import Mark


class Command(BaseCommand):
    help = (
        "Erase again whoever was erased since the restored backup was made. The marks come from the "
        "database, from the storage beside it, and from a file that `manage.py list_erasures` wrote."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--marks", type=Path, help="a file that list_erasures wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = _read(options["marks"]) if options["marks"] else {}
        for institution in Institution.objects.order_by("created_at"):
            with tenant_scope(institution.id):
                done = reapply(more=kept.get(str(institution.id), ()))
            self.stdout.write(
                f"{institution.slug}: {done.marks} marks, erased again: {done.candidates} candidates, "
                f"{done.sessions} sittings"
            )


def _read(path: Path) -> dict[str, list[Mark]]:
    """By institution."""
    try:
        told = json.loads(path.read_text())
        return {name: [Mark.from_json(one) for one in marks] for name, marks in told.items()}
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CommandError(f"{path} is no list of erasures") from error

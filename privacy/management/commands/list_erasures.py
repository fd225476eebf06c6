"""Who was erased, as keyed hashes and ids: to be kept beside the backups."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Institution
from accounts.tenancy import tenant_scope
from privacy.services.tombstones import known_marks


class Command(BaseCommand):
    help = (
        "Print the marks of all erasures as JSON, for `manage.py reapply_erasures --marks` after a restore."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        told = {}
        for institution in Institution.objects.order_by("created_at"):
            with tenant_scope(institution.id):
                told[str(institution.id)] = [mark.to_json() for mark in known_marks()]
        self.stdout.write(json.dumps(told, indent=2))

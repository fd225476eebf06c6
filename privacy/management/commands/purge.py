"""Deletes now what the nightly purge would delete, or tells what that would be."""

import json
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Institution
from accounts.tenancy import tenant_scope
from privacy.models import PurgeRun
from privacy.queries import effect_of, overdue_count
from privacy.services import purging


class Command(BaseCommand):
    help = (
        "Delete what is over in every institution, or in one, and print what was deleted. "
        "With --dry-run nothing is deleted; with --manifest the proof of a run is printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institution", help="its slug; without it, every institution")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
        parser.add_argument(
            "--manifest", type=uuid.UUID, help="a run's id: print its lines and check the proof"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        is_clean = True
        for institution in self._institutions(options["institution"]):
            with tenant_scope(institution.id):
                if options["manifest"]:
                    self._print_manifest(options["manifest"])
                elif options["dry_run"]:
                    self._tell(institution)
                else:
                    is_clean = self._purge(institution) and is_clean
        if not is_clean:
            raise CommandError("Something could not be deleted: see the lines above and the log.")

    def _institutions(self, slug: str | None) -> list[Institution]:
        found = Institution.objects.order_by("slug")
        if slug is None:
            return list(found)
        if not found.filter(slug=slug).exists():
            raise CommandError(f"There is no institution with the slug {slug}.")
        return list(found.filter(slug=slug))

    def _tell(self, institution: Institution) -> None:
        now = timezone.now()
        effect = effect_of(None, now)
        told = {
            "institution": institution.slug,
            "would_delete": dict(effect.by_class),
            "held": effect.held,
            "overdue": overdue_count(now),
        }
        self.stdout.write(json.dumps(told))

    def _purge(self, institution: Institution) -> bool:
        run = purging.begin_run()
        while not run.is_finished:
            run = purging.go_on(run=PurgeRun.objects.get(id=run.id))
        told = {
            "institution": institution.slug,
            "run": str(run.id),
            "planned": run.planned_count,
            "deleted": run.deleted_count,
            "failed": run.failed_count,
            "held": run.held_count,
            "strays": run.stray_count,
            "overdue": run.overdue_count,
            "bytes": run.size_bytes,
            "proof_sha256": run.proof_sha256,
        }
        self.stdout.write(json.dumps(told))
        return run.is_clean

    def _print_manifest(self, run_id: uuid.UUID) -> None:
        run = PurgeRun.objects.filter(id=run_id).first()
        if run is None:
            return
        for line in purging.manifest_lines(run):
            self.stdout.write(line, ending="")
        if purging.proof_of(run) != run.proof_sha256:
            raise CommandError("The manifest was changed: its hash is not the one of the run.")

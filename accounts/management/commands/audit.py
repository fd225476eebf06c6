"""`manage.py audit verify|head`: whether each institution's log is whole, and what to keep elsewhere."""

import json
import re
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from accounts.models import AuditEntry, Institution
from accounts.tenancy import tenant_scope

HASH = re.compile(r"[0-9a-f]{64}")
Heads = dict[str, audit.Head]


class Command(BaseCommand):
    help = "Verify the chains of the audit logs, and write their heads down to be kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="name the first entry of each log that was changed")
        verify.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="heads that `audit head` wrote earlier: a log whose end was cut off no longer holds them",
        )
        head = actions.add_parser("head", help="one line of JSON for each log: its newest entry")
        for action in (verify, head):
            action.add_argument("--institution", metavar="SLUG", help="of this one alone")

    def handle(self, *args: Any, **options: Any) -> None:
        institutions = _institutions(options["institution"])
        if options["action"] == "head":
            self._write_heads(institutions)
        else:
            self._verify(institutions, _heads_in(options["against"]))

    def _write_heads(self, institutions: Iterable[Institution]) -> None:
        for institution in institutions:
            with tenant_scope(institution.id):
                newest = audit.head()
            line = {"institution": institution.slug, "number": newest.number, "hash": newest.entry_hash}
            self.stdout.write(json.dumps(line))

    def _verify(self, institutions: list[Institution], heads: Heads) -> None:
        missing = sorted(set(heads) - {institution.slug for institution in institutions})
        faults = [f"{slug}: there is no such institution, or it was not asked for." for slug in missing]
        for institution in institutions:
            with tenant_scope(institution.id):
                fault = _fault(heads.get(institution.slug))
                count = AuditEntry.objects.count()
            if fault:
                faults.append(f"{institution.slug}: {fault}")
            else:
                self.stdout.write(f"{institution.slug}: whole, {count} entries.")
        if faults:
            raise CommandError("\n".join(faults))


def _fault(kept: audit.Head | None) -> str:
    broken = audit.first_broken()
    if broken is not None:
        return f"broken at entry {broken}: it, or one before it, was changed or removed outside Invigil."
    if kept is not None and not audit.still_holds(kept):
        return f"entry {kept.number} is gone or another than was kept: the end was cut off or written anew."
    return ""


def _institutions(slug: str | None) -> list[Institution]:
    if slug is None:
        return list(Institution.objects.order_by("slug"))
    found = list(Institution.objects.filter(slug=slug))
    if not found:
        raise CommandError(f"There is no institution “{slug}”.")
    return found


def _heads_in(path: Path | None) -> Heads:
    if path is None:
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    return dict(_head_in(line, at) for at, line in enumerate(lines, start=1) if line.strip())


def _head_in(line: str, at: int) -> tuple[str, audit.Head]:
    try:
        told = json.loads(line)
        slug, number, entry_hash = str(told["institution"]), int(told["number"]), str(told["hash"])
    except (ValueError, TypeError, KeyError):
        raise CommandError(f"Line {at} is not one that `audit head` writes.") from None
    if not HASH.fullmatch(entry_hash) or not 0 <= number < 2**63:
        raise CommandError(f"Line {at} is not one that `audit head` writes.")
    return slug, audit.Head(number, entry_hash)

"""A range of the audit log as CSV and JSON, oldest first: whoever has it can follow the chain of hashes."""

import json
import uuid
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import AuditEntry
from reports.tables import csv_parts, instant, json_parts

BATCH = 500
COLUMNS = ("number", "at", "actor", "action", "subject", "ip", "detail", "previous_hash", "entry_hash")


def entries_between(since: datetime | None, until: datetime | None) -> Iterator[AuditEntry]:
    """Entries from `since` on and before `until`; each batch is read when it is asked for."""
    wanted = AuditEntry.objects.order_by("number")
    if since is not None:
        wanted = wanted.filter(at__gte=since)
    if until is not None:
        wanted = wanted.filter(at__lt=until)
    return _batches(wanted)


def audit_csv(entries: Iterable[AuditEntry]) -> Generator[bytes]:
    return csv_parts(COLUMNS, map(_cells, entries))


def audit_json(
    entries: Iterable[AuditEntry],
    *,
    institution_id: uuid.UUID,
    since: datetime | None,
    until: datetime | None,
) -> Generator[bytes]:
    head = {"institution": str(institution_id), "since": instant(since), "until": instant(until)}
    return json_parts(head, "entries", map(_entry, entries))


def _batches(wanted: QuerySet[AuditEntry]) -> Iterator[AuditEntry]:
    after = 0
    while batch := list(wanted.filter(number__gt=after)[:BATCH]):
        yield from batch
        after = batch[-1].number


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": _exact(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "ip": entry.ip,
        "detail": entry.detail,
        "previous_hash": entry.previous_hash,
        "entry_hash": entry.entry_hash,
    }


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    return (
        str(entry.number),
        _exact(entry.at),
        entry.actor,
        entry.action,
        entry.subject,
        entry.ip,
        json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else "",
        entry.previous_hash,
        entry.entry_hash,
    )


def _exact(at: datetime) -> str:
    """As it went into the entry's hash, to the microsecond."""
    return at.astimezone(UTC).isoformat()

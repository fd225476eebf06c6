"""The audit log: `record` appends an entry in the caller's transaction, `first_broken` verifies the chain."""

import hashlib
import ipaddress
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEntry, Institution, User
from accounts.tenancy import current_institution_id

GENESIS = "0" * 64
_program: ContextVar[str] = ContextVar("acting_program", default="system")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry as it was at some moment: kept elsewhere, it shows that the log's end was cut off."""

    number: int
    entry_hash: str
    # When that entry was written; a head that was kept elsewhere may not say it.
    at: datetime | None = None


@contextmanager
def acting_as(program: str) -> Iterator[None]:
    """What nobody in person does in this block is done by a program: `api_key:<prefix>`."""
    token = _program.set(program)
    try:
        yield
    finally:
        _program.reset(token)


def actor_of(user: User | None) -> str:
    return f"user:{user.id}" if user else _program.get()


@transaction.atomic(savepoint=False)
def record(
    *, actor: str, action: str, subject: str, ip: str = "", detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Append one entry; the institution's row is the lock that keeps the chain single."""
    institution_id = current_institution_id()
    # No key: who only names the institution in a row of its own need not wait.
    Institution.objects.select_for_update(no_key=True).only("id").get(id=institution_id)
    newest = head()
    entry = AuditEntry(
        institution_id=institution_id,
        number=newest.number + 1,
        at=timezone.now(),
        actor=actor,
        action=action,
        subject=subject,
        ip=_network_of(ip),
        detail=detail or {},
        previous_hash=newest.entry_hash,
    )
    entry.entry_hash = entry_hash(entry)
    entry.save(force_insert=True)
    return entry


def entry_hash(entry: AuditEntry) -> str:
    body = {
        "institution": str(entry.institution_id),
        "number": entry.number,
        "at": _instant(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "ip": entry.ip,
        "detail": entry.detail,
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_broken() -> int | None:
    """The number of the first entry of the institution in scope that does not fit the chain."""
    previous = GENESIS
    for expected, entry in enumerate(AuditEntry.objects.order_by("number").iterator(), start=1):
        fits = entry.number == expected and entry.previous_hash == previous
        if not fits or entry.entry_hash != entry_hash(entry):
            return expected
        previous = entry.entry_hash
    return None


def head() -> Head:
    """Of the institution in scope; number 0 where nothing was recorded yet."""
    newest = AuditEntry.objects.order_by("-number").values_list("number", "entry_hash", "at")
    return Head(*(newest.first() or (0, GENESIS)))


def still_holds(kept: Head) -> bool:
    """Whether the entry that was the newest once is still there, as it was."""
    if kept.number == 0:
        return kept.entry_hash == GENESIS
    return AuditEntry.objects.filter(number=kept.number, entry_hash=kept.entry_hash).exists()


def _network_of(ip: str) -> str:
    """The address without its last part: enough to tell networks apart, not to find a person."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()

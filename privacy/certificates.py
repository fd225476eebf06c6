"""The certificate of an erasure: what was deleted, by number and hash, and what stays and why."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from privacy.services.deleting import Deleted, counted

FORMAT = "invigil erasure certificate 1"
STAYS = (
    ("audit_log", "Who did what, by ids alone: a chain of hashes, which the law and its proof need."),
    ("tombstone", "Keyed hashes and ids, so that a restored backup does not bring the person back."),
    (
        "models",
        "What was learned from many sittings at once, as numbers in which no single sitting can be found.",
    ),
    (
        "backups",
        "Copies of the database and of storage until they are overwritten, after {backup_days} days: the "
        "sealed pictures in storage's copies can no longer be read, and what a database's copy still holds "
        "is erased again whenever it is restored.",
    ),
    ("stored_answers", "Answers kept for repeated requests of programs: sealed, for a day."),
    ("mails", "What was mailed or handed out before: whoever received it has it."),
    ("browser_sessions", "The id of the sitting in the candidate's own browser session, for 12 hours."),
)


def certificate(
    *,
    request_id: str,
    institution: str,
    subject: str,
    asked_at: datetime,
    erased_at: datetime,
    keys_destroyed: int,
    found: Iterable[Deleted],
) -> dict[str, Any]:
    """What is printed and hashed: nothing in it says who the person was."""
    things = list(found)
    return {
        "format": FORMAT,
        "request": request_id,
        "institution": institution,
        "subject": subject,
        "asked_at": asked_at.isoformat(),
        "erased_at": erased_at.isoformat(),
        "keys_destroyed": keys_destroyed,
        "deleted": counted(things),
        "files_deleted": sum(1 for thing in things if thing.sha256),
        "files_sha256": _root(things),
        "stays": [{"what": what, "why": why.format(backup_days=settings.BACKUP_DAYS)} for what, why in STAYS],
    }


def sha256_of(told: dict[str, Any]) -> str:
    """Of the canonical JSON: keys in order, no blanks, as UTF-8."""
    return hashlib.sha256(canonical(told)).hexdigest()


def canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _root(things: Iterable[Deleted]) -> str:
    """One hash over `kind id sha256` of every file, a line each, in order."""
    lines = sorted(f"{thing.kind} {thing.id} {thing.sha256}\n" for thing in things if thing.sha256)
    return hashlib.sha256("".join(lines).encode()).hexdigest()

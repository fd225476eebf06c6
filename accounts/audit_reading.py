"""The audit log read for people: names instead of ids, words instead of codes, a page at a time."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.audit_words import words_for
from accounts.models import ApiKey, AuditEntry, User
from accounts.roles import Role

ENTRIES_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What an entry must fit; empty is anything."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.actor or self.action or self.subject or self.since or self.until)


@dataclass(frozen=True, slots=True)
class EntryRow:
    number: int
    at: datetime
    actor: str
    action: str
    words: str
    subject: str
    link: str
    ip: str
    detail: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """`next_before` is where the page of older entries begins; None on the last page."""

    rows: tuple[EntryRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Chain:
    entries: int
    first_broken: int | None


def page_of(filters: Filters | None, *, before: int | None) -> EntryPage:
    """Newest first; filters that could not be read (None) show nothing."""
    if filters is None:
        return EntryPage((), None)
    found = _filtered(filters).order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    entries = list(found[: ENTRIES_A_PAGE + 1])
    shown = entries[:ENTRIES_A_PAGE]
    names = _names(shown)
    return EntryPage(
        tuple(_row(entry, names) for entry in shown),
        shown[-1].number if len(entries) > ENTRIES_A_PAGE else None,
    )


def chain(first_broken: int | None) -> Chain:
    return Chain(AuditEntry.objects.count(), first_broken)


def actors() -> list[tuple[str, str]]:
    """Who may be looked for: members, past and present, and programs."""
    known = list(AuditEntry.objects.order_by().values_list("actor", flat=True).distinct()[:500])
    names = _names_of(actor for actor in known if not actor.startswith("candidate:"))
    return sorted(names.items(), key=lambda named: named[1].lower())


def actions() -> list[tuple[str, str]]:
    known = AuditEntry.objects.order_by().values_list("action", flat=True).distinct()
    return sorted(((action, words_for(action)) for action in known), key=lambda named: named[1])


def _filtered(filters: Filters) -> QuerySet[AuditEntry]:
    wanted = Q()
    if filters.actor:
        wanted &= Q(actor=filters.actor)
    if filters.action:
        wanted &= Q(action=filters.action)
    if filters.subject:
        wanted &= Q(subject__contains=filters.subject)
    if filters.since:
        wanted &= Q(at__gte=filters.since)
    if filters.until:
        wanted &= Q(at__lt=filters.until)
    return AuditEntry.objects.filter(wanted)


def _names(entries: Iterable[AuditEntry]) -> dict[str, str]:
    return _names_of({name for entry in entries for name in (entry.actor, entry.subject)})


def _names_of(ids: Iterable[str]) -> dict[str, str]:
    """People and keys by name; everything else by what kind of thing it is."""
    wanted = set(ids)
    people = [one for name in wanted if (one := _id_in(name, "user"))]
    users = {f"user:{user.id}": user.email for user in User.objects.filter(id__in=people)}
    keys = ApiKey.objects.filter(
        Q(prefix__in=[name.partition(":")[2] for name in wanted if name.startswith("api_key:")])
        | Q(id__in=[one for name in wanted if (one := _id_in(name, "api_key"))])
    )
    programs = {name: f"key “{key.name}”" for key in keys for name in (key.actor, f"api_key:{key.id}")}
    return {name: users.get(name) or programs.get(name) or _kind(name) for name in wanted}


def _kind(name: str) -> str:
    kind, _, rest = name.partition(":")
    if kind == "user":
        return "somebody who has left"
    if kind == "candidate":
        return "the candidate"
    if kind == "system":
        return "Invigil"
    return f"{kind.replace('_', ' ')} {rest[:8]}".strip()


def _id_in(name: str, kind: str) -> uuid.UUID | None:
    found, _, rest = name.partition(":")
    try:
        return uuid.UUID(rest) if found == kind else None
    except ValueError:
        return None


def _row(entry: AuditEntry, names: dict[str, str]) -> EntryRow:
    kind, _, rest = entry.subject.partition(":")
    address = settings.SUBJECT_PAGES.get(kind, "")
    return EntryRow(
        number=entry.number,
        at=entry.at,
        actor=names[entry.actor],
        action=entry.action,
        words=words_for(entry.action),
        subject=names[entry.subject],
        link=address.format(rest) if address else "",
        ip=entry.ip,
        detail=tuple((name.replace("_", " "), _text(value)) for name, value in sorted(entry.detail.items())),
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return Role(value).label if value in Role.values else value
    return json.dumps(value, ensure_ascii=False)

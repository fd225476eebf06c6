"""Reads and changes an institution's terms about personal data."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict, DomainError
from accounts.models import LawfulBasis, PrivacyTerms, User
from accounts.retention import PERIODS, DataClass
from accounts.tenancy import current_institution_id

LONGEST_CONTACT = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the terms are to be: days by class."""

    days: Mapping[str, int]
    lawful_basis: str
    contact: str


def current_terms() -> PrivacyTerms:
    """Of the institution in scope; not stored where it has never said anything."""
    return PrivacyTerms.objects.first() or PrivacyTerms()


def locked_terms() -> PrivacyTerms:
    """The row that whoever deletes, and whoever forbids to delete, holds meanwhile: one after the other."""
    PrivacyTerms.objects.get_or_create(institution_id=current_institution_id())
    return PrivacyTerms.objects.select_for_update().get()


def days_of(terms: PrivacyTerms) -> dict[str, int]:
    return {period.data_class.value: getattr(terms, period.field) for period in PERIODS}


def shortened(terms: PrivacyTerms, days: Mapping[str, int]) -> list[str]:
    """The classes that would be deleted sooner than until now."""
    return [name for name, before in days_of(terms).items() if days.get(name, before) < before]


@transaction.atomic
def change_terms(*, wanted: Wanted, is_confirmed: bool, actor: User | None, ip: str = "") -> PrivacyTerms:
    """Shorter periods hold at once, so they must be confirmed; longer ones for whoever agrees from now on."""
    terms = locked_terms()
    contact = wanted.contact.strip()
    _check(wanted, contact)
    _check_order({**days_of(terms), **wanted.days})
    if shortened(terms, wanted.days) and not is_confirmed:
        raise Conflict(
            "shortening_unconfirmed",
            _("Something would be deleted sooner than it was promised. Confirm that this is wanted."),
            field="confirm",
        )
    before = _described(terms)
    for period in PERIODS:
        setattr(terms, period.field, wanted.days.get(period.data_class, getattr(terms, period.field)))
    terms.lawful_basis, terms.contact = wanted.lawful_basis, contact
    changed = {
        name: {"before": before[name], "after": after}
        for name, after in _described(terms).items()
        if after != before[name]
    }
    if changed:
        terms.changed_at = timezone.now()
        terms.save()
        audit.record(
            actor=audit.actor_of(actor),
            action="privacy_terms.changed",
            subject=f"institution:{terms.institution_id}",
            ip=ip,
            detail=changed,
        )
    return terms


def _check_order(days: Mapping[str, int]) -> None:
    """What hangs on something else cannot outlive it: pictures on flags, everything on the sitting."""
    pictures = days[DataClass.EVIDENCE] + days[DataClass.AFTER_DECISION]
    if days[DataClass.REPORT] < pictures:
        raise DomainError(
            "report_too_short",
            _("Reports, flags and decisions must be kept as long as pictures and the days after a decision."),
            field=DataClass.REPORT,
        )
    longest = max(days[DataClass.REPORT], days[DataClass.LOG], days[DataClass.CHAT])
    if days[DataClass.IDENTITY] < longest:
        raise DomainError(
            "identity_too_short",
            _("Sittings and candidates must be kept as long as everything else of a sitting."),
            field=DataClass.IDENTITY,
        )


def _described(terms: PrivacyTerms) -> dict[str, int | str]:
    """What the audit log may say of it: an address is personal, so only its hash."""
    return {**days_of(terms), "lawful_basis": terms.lawful_basis, "contact_sha256": _fingerprint(terms)}


def _fingerprint(terms: PrivacyTerms) -> str:
    return hashlib.sha256(terms.contact.encode()).hexdigest() if terms.contact else ""


def _check(wanted: Wanted, contact: str) -> None:
    known = {period.data_class.value: period for period in PERIODS}
    for name, days in wanted.days.items():
        period = known.get(name)
        if period is None:
            raise DomainError("class_unknown", _("There is no such class of data."), field=name)
        if not period.least_days <= days <= period.most_days:
            words = _("%(label)s: choose from %(least)s to %(most)s days.")
            values = {"label": period.data_class.label, "least": period.least_days, "most": period.most_days}
            raise DomainError("days_out_of_range", words % values, field=name)
    if wanted.lawful_basis and wanted.lawful_basis not in LawfulBasis.values:
        raise DomainError("basis_unknown", _("Choose a ground from the list."), field="lawful_basis")
    if len(contact) > LONGEST_CONTACT or not contact.isprintable():
        raise DomainError("contact_unusable", _("Write at most 200 characters in one line."), field="contact")

"""A period as a page's address names it: days of the institution's own time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError


@dataclass(frozen=True, slots=True)
class Period:
    """From the start of the first day to the end of the last one; None is without a bound."""

    first: date | None = None
    last: date | None = None

    def since(self, zone: tzinfo) -> datetime | None:
        return datetime.combine(self.first, time.min, zone).astimezone(UTC) if self.first else None

    def until(self, zone: tzinfo) -> datetime | None:
        """The first moment that is no longer in it."""
        if self.last is None:
            return None
        return datetime.combine(self.last + timedelta(days=1), time.min, zone).astimezone(UTC)


def read_period(query: Mapping[str, str]) -> Period:
    """`since` and `until` of an address; words for a day that is none."""
    first, last = _day(query, "since"), _day(query, "until")
    if first and last and first > last:
        raise DomainError("range", _("The first day must not come after the last one."), field="since")
    return Period(first, last)


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DomainError("date", _("Write a day as in 2030-01-31."), field=name) from None
    if not 2000 <= day.year <= timezone.now().year + 1:
        raise DomainError("date", _("Choose a day between the year 2000 and now."), field=name)
    return day

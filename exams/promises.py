"""How long the data of one sitting is kept: as its notice promised, or shorter where that was shortened."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import PrivacyTerms
from accounts.privacy_terms import current_terms, days_of
from accounts.retention import OF_A_SITTING, DataClass
from exams.models import Consent, Session


def promised_now(terms: PrivacyTerms | None = None) -> dict[str, int]:
    """Days by class, as a candidate who agrees now is told them."""
    days = days_of(terms or current_terms())
    return {data_class.value: days[data_class] for data_class in OF_A_SITTING}


def kept_days(promised: Mapping[str, int], now_promised: Mapping[str, int]) -> dict[str, int]:
    """A shorter period holds for everybody at once, a longer one only for whoever agrees from then on."""
    return {name: min(days, promised.get(name, days)) for name, days in now_promised.items()}


def days_for(session: Session) -> dict[str, int]:
    consent = Consent.objects.filter(session=session).only("promised").first()
    return kept_days(consent.promised if consent else {}, promised_now())


def over_at(
    data_class: DataClass, *, days: Mapping[str, int], ended_at: datetime, decided_at: datetime | None
) -> datetime:
    """When data of this class is to be deleted. A decision lengthens the life of pictures, once."""
    over = ended_at + timedelta(days=days[data_class])
    if data_class != DataClass.EVIDENCE or decided_at is None:
        return over
    more = timedelta(days=days[DataClass.AFTER_DECISION])
    # Who decides when the pictures are due to go, or again and again, brings none of them back.
    return max(over, decided_at + more) if decided_at <= over else over

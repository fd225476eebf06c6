"""What a candidate agreed to, word by word, whenever somebody asks."""

from dataclasses import dataclass

from accounts.models import LawfulBasis
from exams.models import AcceptedNotice, Consent, Session


@dataclass(frozen=True, slots=True)
class Agreement:
    """The act and its words; these are None only for agreements from before they were kept."""

    consent: Consent
    words: AcceptedNotice | None

    @property
    def basis_words(self) -> str:
        basis = self.consent.lawful_basis
        return str(LawfulBasis(basis).label) if basis else ""


def agreement_of(session: Session) -> Agreement | None:
    """None where nobody has agreed yet."""
    consent = Consent.objects.filter(session=session).first()
    if consent is None:
        return None
    return Agreement(consent, AcceptedNotice.objects.filter(sha256=consent.notice_sha256).first())

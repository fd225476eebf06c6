"""What the notice promises is what the purge does: one table, read twice."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PrivacyTerms
from exams.models import AcceptedNotice, Consent, Session
from privacy.services.deleting import DELETERS
from tests.privacy.test_purging import EVERYTHING, age, left, make_old, purge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]
# Of the sentence that begins so, these things go on the day that it names.
GOES = {
    "Pictures and video": {"pictures", "files"},
    "Messages": {"messages"},
    "The report, flags and decisions": {"report", "flags"},
    "Measurements and events, without pictures": {"log"},
    "That you sat this exam, and your name": EVERYTHING,
}


def promised_days(session: Session) -> dict[str, int]:
    """Read from the very words that the candidate agreed to."""
    kept = AcceptedNotice.objects.get(sha256=Consent.objects.get(session=session).notice_sha256)
    words = next(one["why"] for one in kept.watched if one["key"] == "kept")
    return {what: int(days) for what, days in re.findall(r"([A-Z][^:.;]*): (\d+) days?\b", words)}


@pytest.mark.parametrize(
    "terms", [{}, {"evidence_days": 3, "chat_days": 9, "report_days": 100, "log_days": 200}]
)
def test_on_the_day_that_was_told_it_goes_and_not_before(terms: dict[str, int]) -> None:
    PrivacyTerms.objects.create(**terms)
    session = make_old(days=0)
    promised = promised_days(session)
    assert promised.keys() == GOES.keys()
    for what, days in sorted(promised.items(), key=lambda one: one[1]):
        if not Session.objects.filter(id=session.id).exists():
            break
        before = left(session)
        age(session, days - 0.05)
        purge()
        assert left(session) == before, what
        age(session, days + 0.05)
        purge()
        assert not left(session) & GOES[what], what
    assert left(session) == set()


def test_every_class_that_is_promised_has_what_deletes_it(scope: None) -> None:
    assert set(Consent(promised={}).promised) <= set(DELETERS)
    session = make_old(days=0)
    assert set(Consent.objects.get(session=session).promised) == {one.value for one in DELETERS}
    assert timezone.now() - Session.objects.get(id=session.id).created_at < timedelta(days=1)

"""An agreement can be taken back, then nothing more is collected; its words can be read at any time."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from exams.models import AcceptedNotice, Consent, Session
from exams.notices import notice_of
from exams.services import give_consent
from exams.states import SessionState
from proctoring.models import FaceTemplate, IdCard
from proctoring.rooms import check_takes_frames, check_took_frames
from proctoring.services.errors import FrameNotWanted
from proctoring.services.withdrawing import withdraw_consent
from tests.conftest import Person
from tests.exams.test_joining import seated_client, text_of
from tests.factories import make_exam, make_running_session, make_session
from tests.proctoring.sittings import make_checking, make_sitting

pytestmark = pytest.mark.django_db


def withdrawals() -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(action="consent.withdrawn").order_by("number")
    return [(entry.actor, entry.subject) for entry in found]


def test_a_sitting_under_way_ends_and_takes_nothing_more(scope: None) -> None:
    session = make_sitting()
    withdraw_consent(session=session)
    withdraw_consent(session=session)
    session = Session.objects.select_related("exam").get(id=session.id)
    assert (session.state, session.end_reason) == (
        SessionState.TERMINATED,
        "The candidate took their agreement back.",
    )
    assert Consent.objects.get().withdrawn_at is not None
    for check in (
        lambda: check_takes_frames(session),
        lambda: check_took_frames(session, t_ms=0, now=timezone.now()),
    ):
        with pytest.raises(FrameNotWanted) as refused:
            check()
        assert refused.value.code == "consent_required"
    assert withdrawals() == [(f"candidate:{session.candidate_id}", f"session:{session.id}")]


def test_before_the_start_the_check_is_forgotten_and_one_may_agree_anew(scope: None) -> None:
    session = make_checking()
    FaceTemplate.objects.create(session=session, key_id="k", sealed=b"sealed")
    IdCard.objects.create(session=session, card_key_id="k", card_sealed=b"sealed")
    withdraw_consent(session=session)
    assert not FaceTemplate.objects.exists()
    assert IdCard.objects.get().card_sealed is None
    assert Session.objects.get().state == SessionState.CHECKING
    session.refresh_from_db()
    again = give_consent(session=session, notice=notice_of(session))
    assert again.withdrawn_at is None
    assert Consent.objects.get().withdrawn_at is None
    assert AuditEntry.objects.filter(action="consent.given").count() == 2


def test_the_candidate_reads_the_words_and_takes_them_back(alice: Person, scope: None) -> None:
    session = make_running_session(make_exam(watch_audio=True))
    client = seated_client(session)
    page = f"/room/{session.id}/agreement/"
    shown = text_of(client.get(page))
    assert "Whether somebody speaks" in shown
    assert Consent.objects.get().notice_sha256 in shown
    assert "Take it back and end my exam" in shown

    done = client.post(page, follow=True)

    assert "You took your agreement back; nothing more is collected." in text_of(done)
    thanks = text_of(client.get(f"/room/{session.id}/thanks/"))
    assert "You took your agreement back" in thanks
    assert "A person at" not in thanks
    assert page in thanks


def test_who_has_not_agreed_has_nothing_to_take_back(alice: Person, scope: None) -> None:
    session = make_session(make_exam(watch_webcam=False))
    answer: Any = seated_client(session).post(f"/room/{session.id}/agreement/")
    assert (answer.status_code, answer["Location"]) == (302, f"/room/{session.id}/consent/")
    shown = text_of(alice.client.get(f"/sessions/{session.id}/agreement/"))
    assert "has not agreed to anything yet" in shown
    assert alice.client.get(f"/api/v1/sessions/{session.id}/agreement/").status_code == 404


def test_the_institution_reads_the_very_words_later(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_running_session()
        kept = AcceptedNotice.objects.get()
    page = f"/sessions/{session.id}/agreement/"
    assert page in text_of(alice.client.get(f"/sessions/{session.id}/"))
    shown = text_of(alice.client.get(page))
    assert kept.sha256 in shown
    told = alice.client.get(f"/api/v1{page}").json()
    assert (told["notice_sha256"], told["lawful_basis"], told["withdrawn_at"]) == (kept.sha256, "", None)
    assert told["promised_days"]["evidence"] == 30
    assert told["words"]["watched"] == kept.watched
    with tenant_scope(alice.institution.id):
        AcceptedNotice.objects.all().delete()
    assert "were not kept" in text_of(alice.client.get(page))
    assert alice.client.get(f"/api/v1{page}").json()["words"] is None

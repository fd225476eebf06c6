"""Mails about critical flags: only where they are wanted, gathered, few, and without faces or names."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts import services as accounts
from accounts.models import AuditEntry, Institution
from accounts.roles import Role
from exams.models import Session
from jobs import services as jobs
from jobs.models import Job, JobState
from proctoring.models import Flag, RiskState
from proctoring.services import alerting
from proctoring.services.risk import ensure_risk, lock_risk
from tests.conftest import PASSWORD, Person
from tests.factories import make_exam
from tests.proctoring.sittings import frames, make_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


@pytest.fixture
def sitting(alice: Person) -> Session:
    want(Role.OWNER, Role.PROCTOR, person=alice)
    session = make_sitting(make_exam(title="Logic\nI"), name="Bea Bold")
    ensure_risk(session)
    return session


def want(*roles: Role, person: Person) -> None:
    own = Institution.objects.get(id=person.institution.id)
    accounts.change_institution(
        institution=own, name=own.name, timezone=own.timezone, alert_roles=roles, actor=person.user
    )


def raise_flag(session: Session, *, since_ms: int = 725_000, **changes: Any) -> Flag:
    shape = {"rule": "FACES", "label": "Several faces", "severity": "critical", "stream": "video", "seq": 1}
    flag = Flag.objects.create(
        id=uuid.uuid4(), session=session, since_ms=since_ms, t_ms=since_ms + 1000, **{**shape, **changes}
    )
    alerting.order_alert(risk=lock_risk(session.id), session=session)
    return flag


def orders() -> list[Job]:
    return list(Job.objects.filter(kind=alerting.KIND, state=JobState.WAITING))


def test_several_flags_become_one_mail_to_each_who_wants_it(
    alice: Person, bob: Person, sitting: Session
) -> None:
    accounts.add_member(email="pia@north.example", password=PASSWORD, role=Role.PROCTOR)
    raise_flag(sitting)
    raise_flag(sitting, since_ms=731_000, label="Another person")
    raise_flag(sitting, severity="warning", label="Looked away")
    assert len(orders()) == 1
    assert timedelta(seconds=5) < orders()[0].next_attempt_at - timezone.now() <= alerting.GATHERED

    assert alerting.send_alert(session=sitting) == 2

    assert [message.to for message in mail.outbox] == [["alice@north.example"], ["pia@north.example"]]
    message = mail.outbox[0]
    assert message.subject == "2 critical flags: Logic I"
    assert "12:05  Several faces\n12:11  Another person\n" in message.body
    assert f"/sessions/{sitting.id}/" in message.body
    assert sitting.candidate.external_id in message.body
    for secret in ("Bea", "Bold", "Looked away", ".jpg"):
        assert secret not in message.body
    assert message.attachments == []
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.action, entry.actor, entry.detail) == (
        "session.alert_mailed",
        "system",
        {"flags": 2, "people": 2},
    )


def test_a_second_mail_waits_and_tells_only_what_is_new(sitting: Session) -> None:
    raise_flag(sitting)
    assert alerting.send_alert(session=sitting) == 1
    Job.objects.all().delete()
    raise_flag(sitting, since_ms=900_000, label="Another person")
    (order,) = orders()
    assert timedelta(minutes=4) < order.next_attempt_at - timezone.now() <= alerting.PAUSE

    assert alerting.send_alert(session=sitting) == 0
    assert len(mail.outbox) == 1
    RiskState.objects.filter(session=sitting).update(alerted_at=timezone.now() - alerting.PAUSE)
    Flag.objects.filter(label="Several faces").update(created_at=timezone.now() - timedelta(minutes=9))
    assert alerting.send_alert(session=sitting) == 1
    assert "Several faces" not in mail.outbox[1].body
    assert mail.outbox[1].subject == "1 critical flag: Logic I"


def test_nobody_is_mailed_where_nobody_wants_it(alice: Person, sitting: Session) -> None:
    want(person=alice)
    raise_flag(sitting)
    assert orders() == []
    assert alerting.send_alert(session=sitting) == 0
    assert mail.outbox == []


def test_a_flag_that_the_final_replay_does_not_know_is_no_news(sitting: Session) -> None:
    raise_flag(sitting, in_final=False)
    assert alerting.send_alert(session=sitting) == 0


def test_a_server_without_mail_gives_up_in_words(sitting: Session, settings: Any, caplog: Any) -> None:
    settings.EMAIL_BACKEND = "accounts.mail.NoMail"
    raise_flag(sitting)
    assert alerting.send_alert(session=sitting) == 0
    assert "this server sends no mail" in caplog.text
    assert RiskState.objects.get(session=sitting).alerted_at is None


def test_a_mail_server_that_is_away_is_tried_again(sitting: Session, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    raise_flag(sitting)
    (order,) = orders()
    Job.objects.filter(id=order.id).update(next_attempt_at=timezone.now())
    assert jobs.run(order.id)
    order.refresh_from_db()
    assert (order.state, order.tries) == (JobState.WAITING, 1)
    assert RiskState.objects.get(session=sitting).alerted_at is None


def test_a_real_critical_flag_orders_its_mail(alice: Person) -> None:
    want(Role.OWNER, person=alice)
    session = make_sitting(minutes_ago=1)
    frames(session, [2] * 20)
    assert Flag.objects.filter(session=session, severity="critical").exists()
    assert [order.payload for order in orders()] == [{"session": str(session.id)}]

"""A link: what it opens, each reason it does not, and that two browsers cannot both use it up."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.errors import Conflict, DomainError
from accounts.models import AuditEntry
from accounts.tenancy import tenant_scope
from exams import invitations, services
from exams.models import Exam, Invitation, Session
from exams.states import SessionState
from jobs.models import Job
from tests.conftest import Person
from tests.factories import make_exam, make_running_session, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("scope")
def test_the_database_keeps_no_token() -> None:
    invitation = make_session().invitations.get()
    token = invitations.token_of(invitation)
    assert token is not None
    assert len(token) == 43
    assert invitation.token_sha256 == invitations.sha256_of(token)
    assert invitations.link_of(invitation) == f"http://localhost:8000/join/{token}/"
    assert invitations.find(token) == invitation
    assert invitations.find(token[:-1] + "_") is None


@pytest.mark.usefixtures("scope")
def test_a_link_of_an_older_secret_cannot_be_shown_again() -> None:
    invitation = make_session().invitations.get()
    invitation.token_sha256 = "0" * 64
    assert invitations.link_of(invitation) is None


@pytest.mark.usefixtures("scope")
def test_a_new_link_ends_the_one_before(alice: Person) -> None:
    session = make_session()
    old = session.invitations.get()
    new = invitations.issue(session=session, actor=alice.user)
    old.refresh_from_db()
    assert old.revoked_at is not None
    assert new.revoked_at is None
    assert AuditEntry.objects.filter(action="invitation.issued").count() == 2


@pytest.mark.usefixtures("scope")
def test_an_ended_session_gets_no_link(alice: Person) -> None:
    session = services.end(session=make_running_session(), to=SessionState.SUBMITTED)
    with pytest.raises(Conflict) as refused:
        invitations.issue(session=session, actor=alice.user)
    assert refused.value.code == "session_ended"


@pytest.mark.usefixtures("scope")
def test_revoking_twice_is_recorded_once(alice: Person) -> None:
    invitation = make_session().invitations.get()
    first = invitations.revoke(invitation=invitation, actor=alice.user).revoked_at
    assert invitations.revoke(invitation=invitation, actor=alice.user).revoked_at == first
    assert AuditEntry.objects.filter(action="invitation.revoked").count() == 1


@pytest.mark.usefixtures("scope")
def test_redeeming_binds_the_device() -> None:
    invitation = make_session().invitations.get()
    session = invitations.redeem(invitation=invitation, device_key="k1")
    invitation.refresh_from_db()
    assert invitation.consumed_at is not None
    assert Session.objects.get().device_key == "k1"
    entry = AuditEntry.objects.get(action="invitation.used")
    assert (entry.actor, entry.subject) == (f"candidate:{session.candidate_id}", f"session:{session.id}")


def _revoked(session: Session) -> None:
    session.invitations.update(revoked_at=timezone.now())


def _ended(session: Session) -> None:
    Session.objects.update(state=SessionState.CANCELLED)


def _used(session: Session) -> None:
    session.invitations.update(consumed_at=timezone.now())


def _closed(session: Session) -> None:
    Exam.objects.update(closes_at=timezone.now() - timedelta(seconds=1))


def _early(session: Session) -> None:
    Exam.objects.update(opens_at=timezone.now() + timedelta(hours=1))


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    ("spoil", "code", "status"),
    [
        (_revoked, "link_revoked", 410),
        (_ended, "link_finished", 410),
        (_used, "link_used", 410),
        (_closed, "link_expired", 410),
        (_early, "not_open_yet", 403),
    ],
)
def test_each_refusal_leaves_the_link_as_it_was(
    spoil: Callable[[Session], None], code: str, status: int
) -> None:
    session = make_session()
    spoil(session)
    before = Invitation.objects.values().get()
    with pytest.raises(DomainError) as refused:
        invitations.redeem(invitation=Invitation.objects.get(), device_key="k1")
    assert (refused.value.code, refused.value.status) == (code, status)
    assert Invitation.objects.values().get() == before
    assert Session.objects.get().device_key == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_with_one_link_one_wins(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        invitation = make_session(make_exam()).invitations.get()
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def redeem(device_key: str) -> None:
        ready.wait(timeout=60)
        try:
            with tenant_scope(alice.institution.id):
                invitations.redeem(invitation=invitation, device_key=device_key)
            outcomes.append(device_key)
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=redeem, args=(key,)) for key in ("k1", "k2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    with tenant_scope(alice.institution.id):
        winner = Session.objects.get().device_key
        assert sorted(outcomes) == sorted([winner, "link_used"])
        assert AuditEntry.objects.filter(action="invitation.used").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_make_a_new_link_at_once_leave_one(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        session = make_session(make_exam())
    ready = threading.Barrier(2)
    made: list[str] = []

    def issue() -> None:
        ready.wait(timeout=60)
        try:
            with tenant_scope(alice.institution.id):
                made.append(str(invitations.issue(session=session, actor=alice.user).id))
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    with tenant_scope(alice.institution.id):
        assert len(made) == 2
        assert str(Invitation.objects.get(revoked_at__isnull=True).id) in made


@pytest.mark.usefixtures("scope")
def test_a_used_link_moves_a_sitting_only_where_that_is_asked_for() -> None:
    session = make_session()
    invitation = Invitation.objects.get()
    invitations.redeem(invitation=invitation, device_key="k1")
    used_at = Invitation.objects.get().consumed_at
    moved = invitations.redeem(invitation=invitation, device_key="k2", moves=True, ip="192.0.2.7")
    assert (moved.id, Session.objects.get().device_key) == (session.id, "k2")
    assert Invitation.objects.get().consumed_at == used_at
    acts = AuditEntry.objects.filter(subject=f"session:{session.id}").order_by("id")
    assert [(act.action, act.ip) for act in acts][-2:] == [
        ("invitation.used", ""),
        ("session.moved", "192.0.2.0/24"),
    ]
    assert not Job.objects.filter(kind="proctoring.note_move").exists()


@pytest.mark.usefixtures("scope")
def test_a_sitting_under_way_moves_also_after_the_exam_has_closed() -> None:
    session = make_session()
    invitations.redeem(invitation=Invitation.objects.get(), device_key="k1")
    started_at = timezone.now() - timedelta(minutes=3)
    Session.objects.update(state=SessionState.RUNNING, started_at=started_at)
    _closed(session)
    invitations.redeem(invitation=Invitation.objects.get(), device_key="k2", moves=True)
    job = Job.objects.get(kind="proctoring.note_move")
    assert job.payload["session"] == str(session.id)
    assert 180_000 <= job.payload["at_ms"] < 240_000

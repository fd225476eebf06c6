"""The nightly purge: what is over goes, what is promised or held stays, and all of it is proved."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.test import override_settings
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, PrivacyTerms
from accounts.retention import DataClass
from exams.holds import ask_release, place_hold, release
from exams.models import Candidate, Consent, LegalHold, Session
from exams.states import SessionState
from jobs import services as jobs
from jobs.models import Job, JobState
from privacy.due import Due, due_sittings
from privacy.models import PurgedThing, PurgeRun
from privacy.services import purging, remainders
from privacy.services.stored_folders import files_beneath
from proctoring.models import Evidence, Flag, IdCard, Message, MessageSide, Observation, Review
from reports import services as reports
from reports.models import Report
from tests.conftest import Person
from tests.reports.sittings import make_finished_sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]


def make_old(*, days: float, decided_days: float | None = None, **exam: Any) -> Session:
    """A sitting with pictures, a message and a report that ended so many days ago."""
    session = make_finished_sitting(**exam)
    reports.make_report(session=session)
    number = dict.fromkeys(("number",), 1)
    Message.objects.create(
        session=session, client_id=session.id, side=MessageSide.CANDIDATE, text="Hello?", **number
    )
    age(session, days)
    if decided_days is not None:
        Review.objects.update_or_create(
            session=session, defaults={"decided_at": timezone.now() - timedelta(days=decided_days)}
        )
    return session


def age(session: Session, days: float) -> None:
    at = timezone.now() - timedelta(days=days)
    Session.objects.filter(id=session.id).update(
        started_at=at - timedelta(minutes=1), ended_at=at, created_at=at
    )


def purge(**options: Any) -> PurgeRun:
    """A whole run, turn by turn, as the jobs would do it."""
    run = purging.begin_run()
    for _turn in range(50):
        run = purging.go_on(run=PurgeRun.objects.get(id=run.id), **options)
        if run.is_finished:
            return run
    raise AssertionError("the purge does not end")


def has(session: Session) -> dict[str, bool]:
    folder = f"{session.institution_id}/{session.id}"
    return {
        "pictures": Evidence.objects.filter(flag__session=session).exists(),
        "files": bool(files_beneath(storages["evidence"], folder)),
        "messages": Message.objects.filter(session=session).exists(),
        "flags": Flag.objects.filter(session=session).exists(),
        "report": bool(files_beneath(storages["reports"], folder)),
        "log": Observation.objects.filter(session=session).exists(),
        "sitting": Session.objects.filter(id=session.id).exists(),
    }


def left(session: Session) -> set[str]:
    return {name for name, is_there in has(session).items() if is_there}


EVERYTHING = {"pictures", "files", "messages", "flags", "report", "log", "sitting"}
WITHOUT_PICTURES = {"flags", "report", "log", "sitting"}


@pytest.mark.parametrize(
    ("days", "decided_days", "expected"),
    [
        (29.9, None, EVERYTHING),
        (30.1, None, WITHOUT_PICTURES),
        (50, 25, EVERYTHING - {"messages"}),
        (50, 10, WITHOUT_PICTURES),
        (61, 31.5, WITHOUT_PICTURES),
        (364.9, None, WITHOUT_PICTURES),
        (365.1, None, {"log", "sitting"}),
        (400.1, None, set()),
    ],
)
def test_each_class_goes_when_its_time_is_over(
    days: float, decided_days: float | None, expected: set[str]
) -> None:
    session = make_old(days=days, decided_days=decided_days)
    run = purge()
    assert left(session) == expected
    assert (run.failed_count, run.overdue_count, run.held_count) == (0, 0, 0)
    assert Candidate.objects.filter(id=session.candidate_id).exists() is bool(expected)
    again = purge()
    assert (again.planned_count, again.deleted_count, left(session)) == (0, 0, expected)


def test_a_run_proves_what_it_deleted() -> None:
    session = make_old(days=31)
    evidence = Evidence.objects.get(flag__session=session)
    run = purge()
    things = {thing.kind: thing for thing in run.things.all()}
    assert set(things) == {"picture", "message"}
    assert (things["picture"].thing_id, things["picture"].sha256) == (str(evidence.id), evidence.sha256)
    assert all(thing.is_gone for thing in things.values())
    assert (run.planned_count, run.deleted_count) == (2, 2)
    manifest = "".join(purging.manifest_lines(run))
    assert hashlib.sha256(manifest.encode()).hexdigest() == run.proof_sha256
    assert "Dana" not in manifest
    entry = AuditEntry.objects.get(action="purge.finished")
    assert (entry.subject, entry.detail["proof_sha256"]) == (f"purge:{run.id}", run.proof_sha256)
    assert audit.first_broken() is None
    PurgedThing.objects.filter(kind="message").update(count=2)
    assert purging.proof_of(run) != run.proof_sha256


def test_a_shorter_period_holds_for_all_and_a_longer_one_for_the_next() -> None:
    promised_30 = make_old(days=31)
    PrivacyTerms.objects.create(evidence_days=90)
    promised_90 = make_old(days=31)
    purge()
    assert "files" not in left(promised_30)
    assert "files" in left(promised_90)
    PrivacyTerms.objects.update(evidence_days=7)
    purge()
    assert "files" not in left(promised_90)


def test_pictures_of_cards_go_and_what_was_found_stays() -> None:
    session, kept = make_old(days=8), make_old(days=8, keep_id_card=True)
    for one in (session, kept):
        IdCard.objects.create(session=one, card_key_id="k", card_sealed=b"sealed", verdict="same")
    purge()
    card = IdCard.objects.get(session=session)
    assert (card.card_sealed, card.verdict) == (None, "same")
    assert card.deleted_at is not None
    assert IdCard.objects.get(session=kept).card_sealed is not None


def test_a_sitting_under_way_is_left_alone_and_one_that_never_began_goes() -> None:
    under_way, never = make_old(days=500), make_old(days=500)
    Session.objects.filter(id=under_way.id).update(state=SessionState.RUNNING, ended_at=None)
    Session.objects.filter(id=never.id).update(state=SessionState.CANCELLED, ended_at=None)
    purge()
    assert left(under_way) == EVERYTHING
    assert left(never) == set()


@pytest.mark.parametrize("scope_name", ["institution", "exam", "candidate", "session"])
def test_a_hold_keeps_everything_and_is_counted(scope_name: str, alice: Person) -> None:
    session = make_old(days=500)
    subject = {"exam": session.exam_id, "candidate": session.candidate_id, "session": session.id}
    hold = place_hold(
        scope=scope_name,
        subject_id=subject.get(scope_name),
        reason="A complaint.",
        case_ref="",
        actor=None,
    )
    run = purge()
    assert left(session) == EVERYTHING
    assert (run.held_count, run.deleted_count, run.overdue_count) == (1, 0, 0)
    LegalHold.objects.filter(id=hold.id).update(released_at=timezone.now())
    purge()
    assert left(session) == set()


def test_a_hold_that_comes_while_the_purge_runs_wins_for_what_is_left() -> None:
    """Planned before, deleted under the lock: what the lock shows counts."""
    first, second = make_old(days=31), make_old(days=31)
    run = purging.begin_run()
    purging.go_on(run=run, most=1)
    planned: list[Due] = list(due_sittings(timezone.now()))
    place_hold(scope="institution", subject_id=None, reason="A complaint.", case_ref="", actor=None)
    assert [purging.delete_due(run=run, due=due, now=timezone.now()) for due in planned] == [False] * 3
    finished = purge()
    assert finished.id == run.id
    assert (finished.planned_count, finished.deleted_count, finished.held_count) == (4, 1, 3)
    assert left(first) | left(second) == EVERYTHING


def test_a_run_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_old(days=31)
    run = purging.begin_run()
    [job] = Job.objects.filter(kind=purging.KIND)

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(purging, "_write_down", die)
        with pytest.raises(KeyboardInterrupt):
            purging.go_on(run=run)
    # The file went, its row did not: the next turn deletes the rest and says it once.
    assert {"pictures", "messages"} <= left(session)
    jobs.run(job.id)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.state, run.deleted_count, run.failed_count) == (JobState.DONE, 2, 0)
    assert left(session) == WITHOUT_PICTURES


def test_a_job_that_was_given_up_is_ordered_anew() -> None:
    run = purging.begin_run()
    Job.objects.filter(kind=purging.KIND).update(state=JobState.QUARANTINED)
    assert purging.begin_run().id == run.id
    assert Job.objects.filter(kind=purging.KIND, state=JobState.WAITING).count() == 1
    assert purging.begin_run().id == run.id
    assert Job.objects.filter(kind=purging.KIND, state=JobState.WAITING).count() == 1


def test_one_sitting_that_cannot_be_deleted_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = make_old(days=40), make_old(days=40)
    original: Callable[..., Any] = purging._delete

    def fail_for_one(session: Session, data_class: DataClass) -> Any:
        if session.id == broken.id:
            raise ValueError("a row nobody can read")
        return original(session, data_class)

    monkeypatch.setattr(purging, "_delete", fail_for_one)
    run = purge()
    assert (left(fine), left(broken)) == (WITHOUT_PICTURES, EVERYTHING)
    assert (run.failed_count, run.deleted_count, run.is_clean) == (2, 2, False)
    assert run.overdue_count == 2 - 1
    assert "older than the terms allow" in caplog.text


def test_files_without_a_row_go_when_they_are_a_day_old(monkeypatch: pytest.MonkeyPatch) -> None:
    session = make_old(days=1)
    institution = session.institution_id
    names = {
        "evidence": f"{institution}/{session.id}/gone.sealed",
        "recordings": f"{institution}/11111111-1111-4111-8111-111111111111/webcam.webm",
        "reports": f"exports/{institution}/old.zip",
    }
    for alias, name in names.items():
        storages[alias].save(name, ContentFile(b"nobody's"))
    assert purge().stray_count == 0
    monkeypatch.setattr(remainders, "STRAY_AFTER", timedelta(days=-1))
    run = purge()
    assert run.stray_count == 3
    assert not any(storages[alias].exists(name) for alias, name in names.items())
    assert left(session) == EVERYTHING
    assert {thing.thing_id for thing in run.things.all()} == {
        f"{alias}/{name}" for alias, name in names.items()
    }


class PowerCut(BaseException):
    """Nothing in the program answers to it, as nothing answers to SIGKILL."""


class CutBeforeTheRow(FileSystemStorage):
    """Keeps a report's last file, and the worker is gone."""

    def _save(self, name: str, content: Any) -> str:
        kept = super()._save(name, content)
        if name.endswith(".json"):
            raise PowerCut
        return kept


@pytest.mark.embedded_only
def test_files_of_a_report_whose_worker_was_killed_before_the_row_are_known_and_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = make_finished_sitting()
    cutting = {
        "BACKEND": f"{__name__}.{CutBeforeTheRow.__name__}",
        "OPTIONS": {"location": storages["reports"].location},
    }
    with override_settings(STORAGES={**settings.STORAGES, "reports": cutting}), pytest.raises(PowerCut):
        reports.make_report(session=session)
    folder = f"{session.institution_id}/{session.id}"
    (lost,) = {Path(name).stem for name in files_beneath(storages["reports"], folder)}
    assert not Report.objects.filter(id=lost).exists()
    made = reports.make_report(session=session)
    age(session, days=1)
    monkeypatch.setattr(remainders, "STRAY_AFTER", timedelta(days=-1))
    run = purge()
    assert {thing.thing_id for thing in run.things.filter(kind="stray")} == {
        f"reports/{folder}/{lost}.{kind}" for kind in ("pdf", "csv", "json")
    }
    left_over = set(files_beneath(storages["reports"], folder))
    assert left_over == {made.pdf_key, made.csv_key, made.json_key}
    assert {Path(name).stem for name in left_over} == {str(made.id)}


def test_people_without_a_sitting_and_old_webhook_messages_go() -> None:
    from webhooks.models import Event

    old = Candidate.objects.create(external_id="c1", name="Once")
    young = Candidate.objects.create(external_id="c2", name="New")
    Candidate.objects.filter(id=old.id).update(created_at=timezone.now() - timedelta(days=401))
    for days in (29, 31):
        event = Event.objects.create(type="flag.raised", data={})
        Event.objects.filter(id=event.id).update(created_at=timezone.now() - timedelta(days=days))
    run = purge()
    assert list(Candidate.objects.all()) == [young]
    assert Event.objects.filter(created_at__lte=timezone.now() - timedelta(days=30)).count() == 0
    assert Event.objects.count() == 1
    assert run.deleted_count == 2


def test_invitations_of_members_go_a_month_after_they_are_over() -> None:
    from accounts.models import MemberInvitation

    now = timezone.now()
    for days in (29, 31):
        MemberInvitation.objects.create(
            email=f"d{days}@north.example", role="auditor", expires_at=now - timedelta(days=days)
        )
    assert purge().deleted_count == 1
    assert [one.email for one in MemberInvitation.objects.all()] == ["d29@north.example"]


def test_who_released_a_hold_gets_it_deleted_the_next_night(alice: Person, bob: Person) -> None:
    session = make_old(days=31)
    hold = place_hold(
        scope="session", subject_id=session.id, reason="A complaint.", case_ref="", actor=alice.user
    )
    release(hold=ask_release(hold=hold, actor=alice.user), actor=bob.user)
    purge()
    assert left(session) == WITHOUT_PICTURES


def test_the_neighbours_sittings_are_none_of_its_business(charlie: Person) -> None:
    from accounts.tenancy import tenant_scope

    with tenant_scope(charlie.institution.id):
        foreign = make_old(days=500)
    assert purge().planned_count == 0
    with tenant_scope(charlie.institution.id):
        assert left(foreign) == EVERYTHING
        assert Report.objects.count() == 1
        assert Consent.objects.count() == 1

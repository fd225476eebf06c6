"""Deletes what is over, some at a time: cut off anywhere, the next turn goes on with the same run.

Of each class of each sitting the files go first, then the rows and the proof of both in one transaction,
under the lock that a hold takes as well. Afterwards it is looked whether anything is left.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts import audit
from accounts.privacy_terms import locked_terms
from accounts.retention import DataClass
from exams.models import Session
from jobs import services as jobs
from jobs.models import Job
from privacy.due import CARD_PICTURES, Due, due_of_sitting, due_sittings, is_still_due
from privacy.models import PurgedThing, PurgeRun
from privacy.queries import overdue_count
from privacy.services.deleting import (
    DELETERS,
    Deleted,
    delete_biometrics,
    delete_id_card,
    delete_reports,
)
from privacy.services.remainders import (
    delete_old_invitations,
    delete_old_messages,
    delete_strays,
    delete_unseated,
)
from privacy.services.stored_folders import files_beneath
from proctoring.models import IdCard
from proctoring.services.id_cards import forget_pictures_of

KIND = "privacy.purge"
FAILED = "failed"
MOST_A_TURN = 500
# Other jobs wait for the same thread on a small installation.
TURN_S = 10.0

logger = logging.getLogger(__name__)
FOLDERS = {DataClass.EVIDENCE: ("evidence", "recordings"), DataClass.REPORT: ("reports",)}


@transaction.atomic
def begin_run(*, now: datetime | None = None) -> PurgeRun:
    """A run and the job that does it; one that is under way is given instead."""
    locked_terms()
    running = PurgeRun.objects.filter(finished_at__isnull=True).first()
    if running is not None:
        _carry_on(running)
        return running
    planned = sum(1 for due in due_sittings(now or timezone.now()) if not due.is_held)
    run = PurgeRun.objects.create(planned_count=planned)
    jobs.enqueue(KIND, run=str(run.id))
    return run


def go_on(*, run: PurgeRun, job: Job | None = None, most: int = MOST_A_TURN) -> PurgeRun:
    """One turn: some of what is over, then the next turn is ordered, or the run is finished.

    Raises:
        jobs.services.NotNow: storage is away; what was deleted until then is proved already.
    """
    if run.is_finished:
        return run
    now, until_s = timezone.now(), time.monotonic() + TURN_S
    for done, due in enumerate(_not_failed(run, now)):
        if done >= most or time.monotonic() > until_s:
            jobs.enqueue(KIND, run=str(run.id))
            return run
        delete_due(run=run, due=due, now=now)
        if job is not None:
            jobs.report_progress(job, min(0.9, done / max(run.planned_count, 1)))
    _delete_remainders(run, now)
    return _finish(run, now)


def delete_due(*, run: PurgeRun, due: Due, now: datetime) -> bool:
    """Delete one class of one sitting and write down what it was; whether it was still to be deleted."""
    try:
        with transaction.atomic():
            locked_terms()
            session = Session.objects.select_related("exam", "candidate").filter(id=due.session_id).first()
            if session is None or not is_still_due(due, now):
                return False
            gone = _delete(session, due.data_class)
            things = _write_down(run, due, gone)
    except jobs.NotNow:
        raise
    except Exception:
        # One sitting that cannot be deleted must not keep all others; the run says so and the canary too.
        logger.exception("session %s: %s could not be deleted", due.session_id, due.data_class)
        _write_failure(run, due)
        return False
    _look_whether_gone(run, session, due, things)
    return True


def _delete(session: Session, data_class: DataClass) -> list[Deleted]:
    if data_class == DataClass.ID_CARD:
        return _delete_card_pictures(session)
    if data_class == DataClass.REPORT:
        return [*delete_reports(session), *delete_id_card(session), *delete_biometrics(session)]
    if data_class == DataClass.IDENTITY:
        return [*DELETERS[data_class](session), *_delete_candidate(session)]
    return DELETERS[data_class](session)


def _delete_card_pictures(session: Session) -> list[Deleted]:
    """What was found and decided on them goes with the report."""
    cards = IdCard.objects.filter(CARD_PICTURES, session=session)
    return [
        Deleted("id_card_pictures", str(card.id))
        for card in cards
        if forget_pictures_of(card=card, reason="retention")
    ]


def _delete_candidate(session: Session) -> list[Deleted]:
    """Whoever has no other sitting is forgotten with the last one."""
    if Session.objects.filter(candidate=session.candidate_id).exists():
        return []
    session.candidate.delete()
    return [Deleted("candidate", str(session.candidate_id))]


def _write_down(run: PurgeRun, due: Due, gone: list[Deleted]) -> list[PurgedThing]:
    return PurgedThing.objects.bulk_create(
        PurgedThing(
            run=run,
            data_class=due.data_class,
            kind=thing.kind,
            session_id=due.session_id,
            thing_id=thing.id,
            sha256=thing.sha256,
            size_bytes=thing.size_bytes,
            count=thing.count,
        )
        for thing in gone
    )


def _write_failure(run: PurgeRun, due: Due) -> None:
    PurgedThing.objects.create(
        run=run,
        data_class=due.data_class,
        kind=FAILED,
        session_id=due.session_id,
        thing_id=str(due.session_id),
        count=0,
    )


def _not_failed(run: PurgeRun, now: datetime) -> Iterator[Due]:
    failed = set(run.things.filter(kind=FAILED).values_list("session_id", "data_class"))
    for due in list(due_sittings(now)):
        if not due.is_held and (due.session_id, due.data_class) not in failed:
            yield due


def _look_whether_gone(run: PurgeRun, session: Session, due: Due, things: list[PurgedThing]) -> None:
    """Ask the storage and the database again, after the commit."""
    aliases = {alias for names in FOLDERS.values() for alias in names}
    if due.data_class != DataClass.IDENTITY:
        aliases = set(FOLDERS.get(due.data_class, ()))
    folder = f"{session.institution_id}/{session.id}"
    left = [name for alias in aliases for name in files_beneath(storages[alias], folder)]
    again = due_of_sitting(due.session_id, timezone.now())
    still_there = any(one.data_class == due.data_class for one in again)
    if left or still_there:
        logger.error("session %s: %s files are left of %s", due.session_id, len(left), due.data_class)
        _write_failure(run, due)
        return
    PurgedThing.objects.filter(id__in=[thing.id for thing in things]).update(is_gone=True)


def _delete_remainders(run: PurgeRun, now: datetime) -> None:
    """What hangs on no sitting; written down like the rest."""
    with transaction.atomic():
        locked_terms()
        found = {
            DataClass.WEBHOOKS: delete_old_messages(now=now),
            DataClass.IDENTITY: [*delete_unseated(now=now), *delete_old_invitations(now=now)],
        }
        for data_class, gone in found.items():
            _write_remainders(run, data_class, gone)
    strays = delete_strays(now=now)
    _write_remainders(run, DataClass.EVIDENCE, strays)
    PurgeRun.objects.filter(id=run.id).update(stray_count=run.things.filter(kind="stray").count())


def _write_remainders(run: PurgeRun, data_class: DataClass, gone: list[Deleted]) -> None:
    PurgedThing.objects.bulk_create(
        PurgedThing(
            run=run,
            data_class=data_class,
            kind=thing.kind,
            thing_id=thing.id,
            sha256=thing.sha256,
            size_bytes=thing.size_bytes,
            count=thing.count,
            is_gone=True,
        )
        for thing in gone
    )


def _finish(run: PurgeRun, now: datetime) -> PurgeRun:
    held = sum(1 for due in due_sittings(now) if due.is_held)
    return _close(run, held=held, overdue=overdue_count(now))


@transaction.atomic
def _close(run: PurgeRun, *, held: int, overdue: int) -> PurgeRun:
    run = PurgeRun.objects.select_for_update().get(id=run.id)
    if run.is_finished:
        return run
    totals = run.things.filter(is_gone=True).aggregate(
        count=Sum("count", default=0), size_bytes=Sum("size_bytes", default=0)
    )
    run.deleted_count, run.size_bytes = totals["count"], totals["size_bytes"]
    run.failed_count = run.things.filter(kind=FAILED).count()
    run.held_count, run.overdue_count = held, overdue
    run.proof_sha256, run.finished_at = proof_of(run), timezone.now()
    run.save()
    audit.record(
        actor="system", action="purge.finished", subject=f"purge:{run.id}", detail=_told_in_the_log(run)
    )
    if not run.is_clean:
        logger.error(
            "retention: purge %s failed on %d things and %d are older than the terms allow",
            run.id,
            run.failed_count,
            run.overdue_count,
        )
    return run


def proof_of(run: PurgeRun) -> str:
    """The SHA-256 of every line of the manifest, in order: who changes one line changes it."""
    digest = hashlib.sha256()
    for line in manifest_lines(run):
        digest.update(line.encode())
    return digest.hexdigest()


def manifest_lines(run: PurgeRun) -> Iterator[str]:
    """One JSON object a thing: ids and hashes, nothing personal."""
    for thing in run.things.order_by("id").iterator():
        yield (
            json.dumps(
                {
                    "class": thing.data_class,
                    "kind": thing.kind,
                    "session": str(thing.session_id or ""),
                    "id": thing.thing_id,
                    "sha256": thing.sha256,
                    "bytes": thing.size_bytes,
                    "count": thing.count,
                    "gone": thing.is_gone,
                },
                sort_keys=True,
                separators=(",", ":"),
            )
            + "\n"
        )


def _told_in_the_log(run: PurgeRun) -> dict[str, int | str]:
    return {
        "planned": run.planned_count,
        "deleted": run.deleted_count,
        "failed": run.failed_count,
        "held": run.held_count,
        "overdue": run.overdue_count,
        "bytes": run.size_bytes,
        "proof_sha256": run.proof_sha256,
    }


def _carry_on(run: PurgeRun) -> None:
    """A run whose job was given up is taken up again."""
    under_way = Job.objects.filter(kind=KIND, payload={"run": str(run.id)}, state__in=["waiting", "running"])
    if not under_way.exists():
        jobs.enqueue(KIND, run=str(run.id))

"""What people do with work that was given up: have it done again, or let it go."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.errors import Conflict
from accounts.models import User
from jobs.models import Job, JobState


@transaction.atomic
def retry(*, job: Job, actor: User | None, ip: str = "") -> Job:
    """Due now, with all its tries before it. The caller is in the job's institution.

    Raises:
        Conflict: it was not given up.
    """
    job = _given_up(job)
    job.state, job.tries, job.next_attempt_at, job.leased_until = JobState.WAITING, 0, timezone.now(), None
    job.save(update_fields=["state", "tries", "next_attempt_at", "leased_until"])
    _record("retried", job, actor, ip)
    return job


@transaction.atomic
def delete(*, job: Job, actor: User | None, ip: str = "") -> None:
    """Raises:
    Conflict: it was not given up.
    """
    job = _given_up(job)
    _record("deleted", job, actor, ip)
    job.delete()


def _given_up(job: Job) -> Job:
    job = Job.objects.select_for_update().get(id=job.id)
    if job.state != JobState.QUARANTINED:
        raise Conflict("job_not_given_up", _("This work was not given up."))
    return job


def _record(what: str, job: Job, actor: User | None, ip: str) -> None:
    audit.record(
        actor=audit.actor_of(actor),
        action=f"job.{what}",
        subject=f"job:{job.id}",
        ip=ip,
        detail={"kind": job.kind},
    )

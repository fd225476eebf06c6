"""What is done every night."""

import zoneinfo
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from accounts.models import Institution
from accounts.tenancy import tenant_scope

NIGHT_HOURS = range(1, 5)
AT_LEAST_EVERY = timedelta(hours=30)
NOT_BEFORE = timedelta(hours=20)


@shared_task
def order_purges() -> int:
    """Hourly: a run for each institution in whose time zone it is night and that had none since yesterday."""
    # Celery reads this module before the apps are there.
    from privacy.services import purging

    now, ordered = timezone.now(), 0
    for institution in Institution.objects.order_by("id").iterator():
        with tenant_scope(institution.id):
            if is_due(institution, now):
                purging.begin_run(now=now)
                ordered += 1
    return ordered


def is_due(institution: Institution, now: datetime) -> bool:
    from privacy.models import PurgeRun

    newest = PurgeRun.objects.order_by("-created_at").first()
    if newest is not None and not newest.is_finished:
        return True
    since = now - (newest.created_at if newest else institution.created_at)
    is_night = now.astimezone(zoneinfo.ZoneInfo(institution.timezone)).hour in NIGHT_HOURS
    return since >= AT_LEAST_EVERY or (is_night and since >= NOT_BEFORE)

"""`manage.py purge`, and who orders the purge at night."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Institution
from accounts.tenancy import tenant_scope, unscoped
from jobs.models import Job
from privacy import tasks
from privacy.models import PurgedThing, PurgeRun
from privacy.services import purging
from tests.conftest import Person
from tests.privacy.test_purging import make_old, purge

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> list[dict[str, object]]:
    out = io.StringIO()
    call_command("purge", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_it_tells_and_then_does_it_for_one_or_all(alice: Person, charlie: Person) -> None:
    for person in (alice, charlie):
        with tenant_scope(person.institution.id):
            make_old(days=31)
    would = {"institution": "north", "would_delete": {"evidence": 1, "chat": 1}, "held": 0, "overdue": 0}
    assert told("--dry-run", "--institution", "north") == [would]
    [done] = told("--institution", "north")
    assert (done["institution"], done["planned"], done["deleted"], done["failed"]) == ("north", 2, 2, 0)
    assert [line["deleted"] for line in told()] == [0, 2]
    with pytest.raises(CommandError, match="no institution"):
        told("--institution", "west")


def test_a_changed_manifest_is_noticed(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        make_old(days=31)
        run = purge()
    assert [line["kind"] for line in told("--manifest", str(run.id))] == ["picture", "message"]
    with tenant_scope(alice.institution.id):
        PurgedThing.objects.filter(kind="message").delete()
    with pytest.raises(CommandError, match="was changed"):
        told("--manifest", str(run.id))


@pytest.mark.parametrize(
    ("zone", "hour_utc", "hours_ago", "is_due"),
    [
        ("UTC", 3, 24, True),
        ("UTC", 3, 19, False),
        ("UTC", 12, 24, False),
        ("UTC", 12, 31, True),
        ("Asia/Tokyo", 18, 24, True),
        ("Asia/Tokyo", 3, 24, False),
    ],
)
def test_it_is_ordered_at_night_and_at_the_latest_after_thirty_hours(
    scope: None, alice: Person, zone: str, hour_utc: int, hours_ago: int, is_due: bool
) -> None:
    now = datetime(2031, 5, 6, hour_utc, 30, tzinfo=UTC)
    institution = Institution(timezone=zone, created_at=now - timedelta(days=9))
    PurgeRun.objects.create(finished_at=now, created_at=now - timedelta(hours=hours_ago))
    assert tasks.is_due(institution, now) is is_due


def test_every_institution_has_its_own_run(alice: Person, charlie: Person) -> None:
    with unscoped("a test makes every institution older"):
        Institution.objects.update(created_at=timezone.now() - timedelta(days=9))
    assert tasks.order_purges() == 2
    for person in (alice, charlie):
        with tenant_scope(person.institution.id):
            assert PurgeRun.objects.count() == 1
            assert Job.objects.filter(kind=purging.KIND).count() == 1

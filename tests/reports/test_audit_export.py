"""A range of the audit log: whole, in order, and with all that it takes to follow the chain."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry, Institution
from accounts.tenancy import tenant_scope
from reports import audit_export
from tests.conftest import Person


@pytest.fixture
def told(alice: Person, monkeypatch: pytest.MonkeyPatch) -> list[AuditEntry]:
    monkeypatch.setattr(audit_export, "BATCH", 3)
    with tenant_scope(alice.institution.id):
        for number in range(8):
            audit.record(actor="system", action="exam.created", subject="=1+1", detail={"number": number})
        return list(AuditEntry.objects.order_by("number"))


def test_whoever_has_the_file_can_follow_the_chain(alice: Person, told: list[AuditEntry]) -> None:
    response = alice.client.get(reverse("reports:audit-json"))
    document = json.loads(response.getvalue())

    # The taking of the file is itself the newest entry.
    assert [one["number"] for one in document["entries"]] == [
        *(one.number for one in told),
        told[-1].number + 1,
    ]
    previous = audit.GENESIS
    for entry in document["entries"]:
        claimed = entry.pop("entry_hash")
        body = {"institution": document["institution"], **entry}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        assert entry["previous_hash"] == previous
        assert claimed == hashlib.sha256(text.encode()).hexdigest()
        previous = claimed


def test_days_are_those_of_the_institution(alice: Person, told: list[AuditEntry]) -> None:
    """Kiritimati is 14 hours ahead: what happened at noon UTC on the 1st was on the 2nd there."""
    with tenant_scope(alice.institution.id):
        Institution.objects.filter(id=alice.institution.id).update(timezone="Pacific/Kiritimati")
        for hour in (9, 10, 12):
            add_entry(at=datetime(2026, 1, 1, hour, tzinfo=UTC))
    days = {"since": "2026-01-02", "until": "2026-01-02"}

    response = alice.client.get(reverse("reports:audit-csv"), days)

    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))
    assert [row["at"] for row in rows] == ["2026-01-01T10:00:00+00:00", "2026-01-01T12:00:00+00:00"]
    assert rows[0]["subject"] == "'=1+1"
    assert json.loads(rows[0]["detail"]) == {"number": 7}


def add_entry(at: datetime) -> None:
    """As if it had been written then."""
    last = AuditEntry.objects.order_by("-number").first()
    assert last is not None
    AuditEntry(
        institution_id=last.institution_id,
        number=last.number + 1,
        at=at,
        actor="system",
        action="exam.created",
        subject="=1+1",
        detail={"number": 7},
        previous_hash=last.entry_hash,
        entry_hash="0" * 64,
    ).save(force_insert=True)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": "2030-02-30"}, "until"),
        ({"since": "0001-01-01"}, "since"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "since"),
    ],
)
def test_a_range_that_is_none_is_refused(alice: Person, query: dict[str, str], field: str) -> None:
    response = alice.client.get(reverse("reports:audit-json"), query, headers={"accept": "application/json"})
    assert response.status_code == 400
    assert response.json()["field"] == field


def test_an_examiner_may_not(bob: Person) -> None:
    assert bob.client.get(reverse("reports:audit-csv")).status_code == 403

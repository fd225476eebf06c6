"""Messages of several institutions reach a task together, each with its own institution."""

from types import SimpleNamespace
from typing import Any

import pytest
from celery import shared_task
from celery_batches import SimpleRequest

from accounts.batches import Sent, TenantBatch
from accounts.tenancy import ScopeMissing, tenant_scope
from tests.conftest import Person

_seen: list[list[Sent]] = []


@shared_task(base=TenantBatch, name="tests.look_together", flush_every=2, flush_interval=60)
def look_together(batch: list[Sent]) -> None:
    _seen.append(batch)


class Pool:
    """In place of the worker's pool: keeps what it was given to run."""

    def __init__(self) -> None:
        self.given: list[list[SimpleRequest]] = []

    def apply_async(self, target: Any, arguments: Any, **options: Any) -> None:
        _, (requests,), *_ = arguments
        self.given.append(requests)


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    _seen.clear()


def message(institution: str | None, *args: Any) -> SimpleRequest:
    headers = {"institution": institution} if institution else {}
    return SimpleRequest("1", "tests.look_together", args, {}, {}, "host", True, None, None, headers)


def waiting(number: int, *, expired: bool) -> Any:
    return SimpleNamespace(
        id=str(number),
        name="tests.look_together",
        _payload=((number,), {}, {}),
        delivery_info={},
        hostname="host",
        reply_to=None,
        correlation_id=None,
        request_dict={},
        task=look_together,
        revoked=lambda: expired,
    )


@pytest.mark.django_db
def test_one_message_is_a_batch_of_one_where_tasks_run_at_once(alice: Person) -> None:
    with tenant_scope(alice.institution.id):
        look_together.delay("frame", 7)
    assert _seen == [[Sent(str(alice.institution.id), ("frame", 7))]]


def test_a_message_is_not_sent_without_an_institution() -> None:
    with pytest.raises(ScopeMissing, match=r"tests\.look_together was sent outside a tenant scope"):
        look_together.delay("frame", 7)


def test_each_message_keeps_its_institution_and_one_without_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    look_together([message("north", 1), message(None, 2), message("south", 3)])
    assert _seen == [[Sent("north", (1,)), Sent("south", (3,))]]
    assert caplog.messages == ["tests.look_together was run without an institution header."]


def test_what_has_expired_is_not_run() -> None:
    look_together._pool = pool = Pool()
    look_together.flush([waiting(1, expired=True), waiting(2, expired=False)])
    look_together.flush([waiting(3, expired=True)])
    assert [[request.args for request in requests] for requests in pool.given] == [[(2,)]]

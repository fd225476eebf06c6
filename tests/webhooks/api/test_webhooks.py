"""Webhooks over the API: endpoints with their secrets, and the log."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from accounts.models import AuditEntry, Scope
from tests.conftest import Person
from tests.webhooks.endpoints import SECRET, make_delivery, make_endpoint
from webhooks import services
from webhooks.models import Delivery, DeliveryState, Endpoint
from webhooks.secrets import signing_keys
from webhooks.sending import Answer
from webhooks.signing import key_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

API = "/api/v1/webhooks"
NEW = {"url": "https://lms.example/hook", "events": ["session.submitted", "flag_raised"]}
REFUSED = Answer(500, "oops", "refused", "The receiver answered with status 500.", 34)


def send(person: Person, method: str, path: str, body: Any = None) -> Any:
    call = getattr(person.client, method)
    return (
        call(f"{API}{path}") if body is None else call(f"{API}{path}", body, content_type="application/json")
    )


def test_an_endpoint_is_made_and_its_secret_is_answered_once(alice: Person) -> None:
    made = send(alice, "post", "/endpoints/", NEW)
    assert made.status_code == 201
    shown, endpoint = made.json(), Endpoint.objects.get()
    secret = shown.pop("secret")
    assert signing_keys(endpoint, timezone.now()) == [key_of(secret)]
    assert shown == {
        "id": str(endpoint.id),
        "url": "https://lms.example/hook",
        "description": "",
        "events": ["session.submitted", "flag.raised"],
        "enabled": True,
        "why_off": None,
        "failures": 0,
        "failing_since": None,
        "previous_secret_until": None,
        "created_at": shown["created_at"],
    }
    assert send(alice, "get", f"/endpoints/{endpoint.id}/").json() == shown
    assert send(alice, "get", "/endpoints/").json()["results"] == [shown]


def test_a_program_with_the_scope_registers_as_elsewhere(alice: Person) -> None:
    key = api_keys.create(name="campus", scopes=[Scope.MANAGE], actor=alice.user).text
    body = {
        "url": "https://your-system.example/proctor-events",
        "events": ["exam_completed", "flag_raised"],
        "secret": "webhook_secret_key",
    }
    made = Client().post(
        f"{API}/register", body, content_type="application/json", headers={"Authorization": f"Api-Key {key}"}
    )
    assert (made.status_code, made.json()["secret"]) == (201, "webhook_secret_key")
    endpoint = Endpoint.objects.get()
    assert endpoint.events == ["session.submitted", "session.expired", "session.terminated", "flag.raised"]
    assert signing_keys(endpoint, timezone.now()) == [b"webhook_secret_key"]
    assert AuditEntry.objects.latest("number").actor == f"api_key:{key.partition('.')[0]}"
    reader = api_keys.create(name="reader", scopes=[Scope.READ], actor=alice.user).text
    refused = Client().get(f"{API}/endpoints/", headers={"Authorization": f"Api-Key {reader}"})
    assert (refused.status_code, refused.json()["code"]) == (403, "key_scope")


BAD_URLS = [
    ("http://lms.example/", "url_not_allowed"),
    ("ftp://lms.example/", "url_not_allowed"),
    ("file:///etc/passwd", "url_not_allowed"),
    ("gopher://lms.example/", "url_not_allowed"),
    ("https://user:pass@lms.example/", "url_not_allowed"),
    ("https://lms.example/#part", "url_not_allowed"),
    ("https://lms.example:22/", "url_not_allowed"),
    ("https://lms.example:6379/", "url_not_allowed"),
    *(
        (f"https://{host}/", "address_not_allowed")
        for host in (
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "169.254.169.254",
            "[fd00:ec2::254]",
            "100.64.0.1",
            "224.0.0.1",
            "localhost.",
        )
    ),
]


@pytest.mark.parametrize(("url", "code"), BAD_URLS)
def test_an_address_that_may_not_be_told_is_400(alice: Person, url: str, code: str) -> None:
    endpoint = make_endpoint()
    for refused in (
        send(alice, "post", "/endpoints/", NEW | {"url": url}),
        send(alice, "post", "/register/", NEW | {"url": url}),
        send(alice, "patch", f"/endpoints/{endpoint.id}/", {"url": url}),
    ):
        problem = refused.json()
        assert (refused.status_code, problem["code"], problem["field"]) == (400, code, "url")
    assert Endpoint.objects.get().url == endpoint.url


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"events": []}, "events"),
        ({"events": ["flag.waved"]}, "events"),
        ({"events": "flag.raised"}, "events"),
        ({"events": [1]}, "events"),
        ({"url": None}, "url"),
        ({"url": 5}, "url"),
        ({"secret": "short"}, "secret"),
        ({"secret": "whsec_!"}, "secret"),
        ({"enabled": False}, "enabled"),
    ],
)
def test_a_body_that_is_none_is_400(alice: Person, changes: dict[str, Any], field: str) -> None:
    refused = send(alice, "post", "/endpoints/", NEW | changes)
    problem = refused.json()
    assert refused.status_code == 400
    assert problem["field"].partition(".")[0] == field, problem
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_changed_switched_and_deleted(alice: Person) -> None:
    endpoint = make_endpoint()
    place = f"/endpoints/{endpoint.id}/"
    changed = send(alice, "patch", place, {"description": "LMS", "events": ["report.ready"]}).json()
    assert (changed["description"], changed["events"], changed["url"]) == (
        "LMS",
        ["report.ready"],
        endpoint.url,
    )
    off = send(alice, "patch", place, {"enabled": False}).json()
    assert (off["enabled"], off["why_off"]) == (False, "person")
    assert send(alice, "post", f"{place}test/").json()["code"] == "endpoint_off"
    assert send(alice, "patch", place, {"enabled": True}).json()["enabled"] is True
    assert send(alice, "delete", place).status_code == 204
    assert send(alice, "get", place).status_code == 404
    assert list(AuditEntry.objects.filter(action__startswith="webhook").values_list("action", flat=True)) == [
        f"webhook_endpoint.{action}" for action in ("created", "changed", "disabled", "enabled", "deleted")
    ]


def test_a_new_secret_with_a_chosen_overlap(alice: Person) -> None:
    endpoint = make_endpoint()
    before = timezone.now()
    made = send(alice, "post", f"/endpoints/{endpoint.id}/secret/", {"overlap_hours": 48}).json()
    endpoint.refresh_from_db()
    assert signing_keys(endpoint, before) == [key_of(made["secret"]), key_of(SECRET)]
    assert endpoint.previous_until is not None
    assert endpoint.previous_until >= before + timedelta(hours=48)
    refused = send(alice, "post", f"/endpoints/{endpoint.id}/secret/", {"overlap_hours": 10_000})
    assert (refused.status_code, refused.json()["field"]) == (400, "overlap_hours")


def test_a_secret_is_not_answered_twice(alice: Person) -> None:
    def post() -> Any:
        return alice.client.post(
            f"{API}/endpoints/", NEW, content_type="application/json", headers={"Idempotency-Key": "once"}
        )

    assert post().status_code == 201
    assert post().status_code == 409
    assert Endpoint.objects.count() == 1


def test_the_log_is_read_filtered_and_sent_again(alice: Person) -> None:
    delivery = make_delivery()
    services.record_try(delivery_id=delivery.id, answer=REFUSED)
    tested = send(alice, "post", f"/endpoints/{delivery.endpoint_id}/test/")
    assert (tested.status_code, tested.json()["type"], tested.json()["tries"]) == (202, "webhook.test", [])
    shown = send(alice, "get", f"/deliveries/{delivery.id}/").json()
    assert (shown["webhook_id"], shown["state"], shown["endpoint"]) == (
        delivery.event.message_id,
        "waiting",
        str(delivery.endpoint_id),
    )
    (made,) = shown["tries"]
    assert made | {"at": None} == {
        "number": 1,
        "at": None,
        "http_status": 500,
        "answer": "oops",
        "error": "refused",
        "words": "The receiver answered with status 500.",
        "duration_ms": 34,
    }
    for query, count in (
        ("", 2),
        ("?type=session.started", 1),
        ("?type=webhook.test&state=waiting", 1),
        ("?state=delivered", 0),
        (f"?endpoint={delivery.endpoint_id}", 2),
        (f"?endpoint={delivery.id}", 0),
    ):
        assert len(send(alice, "get", f"/deliveries/{query}").json()["results"]) == count, query
    assert send(alice, "get", "/deliveries/?state=lost").json()["field"] == "state"
    Delivery.objects.filter(id=delivery.id).update(state=DeliveryState.FAILED, next_attempt_at=None)
    assert send(alice, "post", f"/endpoints/{delivery.endpoint_id}/resend/").json() == {"count": 1}
    again = send(alice, "post", f"/deliveries/{delivery.id}/resend/")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    assert again.json()["webhook_id"] == shown["webhook_id"]


def test_only_owners_and_only_their_own(bob: Person, charlie: Person) -> None:
    delivery = make_delivery()
    assert send(bob, "get", "/endpoints/").json()["code"] == "role"
    assert send(charlie, "get", "/endpoints/").json()["results"] == []
    assert send(charlie, "get", "/deliveries/").json()["results"] == []
    for path in (f"/endpoints/{delivery.endpoint_id}/", f"/deliveries/{delivery.id}/"):
        assert send(charlie, "get", path).status_code == 404

"""The owners' pages of endpoints and deliveries."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tenancy import tenant_scope
from tests.conftest import Person
from tests.webhooks.endpoints import SECRET, make_delivery, make_endpoint
from webhooks import services
from webhooks.models import Delivery, DeliveryState, Endpoint, WhyOff
from webhooks.queries import WORRYING_FAILURES
from webhooks.secrets import signing_keys
from webhooks.sending import Answer
from webhooks.signing import key_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

LIST, NEW = "/webhooks/", "/webhooks/new/"
SENT = {
    "url": "https://lms.example/hook",
    "description": "The LMS",
    "events": ["flag.raised", "report.ready"],
}
REFUSED = Answer(500, "<b>oops</b>", "refused", "The receiver answered with status 500.", 34)


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def url_of(name: str, endpoint: Endpoint) -> str:
    return reverse(f"webhooks:{name}", args=[endpoint.id])


def shown_secret(page: str) -> str:
    found = re.search(r'<code class="secret" id="secret">([^<]+)</code>', page)
    assert found
    return found[1]


def test_an_endpoint_is_made_and_its_secret_is_shown_this_once(alice: Person) -> None:
    assert "Add your first endpoint" in words(alice.client.get(LIST))
    made = alice.client.post(NEW, SENT)
    secret, endpoint = shown_secret(words(made)), Endpoint.objects.get()
    assert made["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert signing_keys(endpoint, endpoint.created_at) == [key_of(secret)]
    assert endpoint.events == ["flag.raised", "report.ready"]
    for page in (LIST, url_of("detail", endpoint), url_of("edit", endpoint)):
        text = words(alice.client.get(page))
        assert "https://lms.example/hook" in text
        assert secret not in text


def test_a_secret_of_ones_own_is_used(alice: Person) -> None:
    alice.client.post(NEW, SENT | {"secret": "webhook_secret_key"})
    endpoint = Endpoint.objects.get()
    assert signing_keys(endpoint, endpoint.created_at) == [b"webhook_secret_key"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": ""}, "This field is required."),
        ({"url": "http://lms.example/"}, "The address must begin with https://"),
        ({"url": "https://169.254.169.254/"}, "is not on the public internet"),
        ({"events": []}, "Choose at least one event."),
        ({"events": ["flag.waved"]}, "Select a valid choice."),
        ({"secret": "short"}, "A secret of your own is whsec_"),
    ],
)
def test_a_refused_endpoint_says_what_to_do(alice: Person, changes: dict[str, Any], said: str) -> None:
    refused = alice.client.post(NEW, SENT | changes)
    assert refused.status_code == 422
    assert said in words(refused)
    assert not Endpoint.objects.exists()


def test_an_endpoint_is_changed(alice: Person) -> None:
    endpoint = make_endpoint()
    assert 'value="https://lms.example/hook"' in words(alice.client.get(url_of("edit", endpoint)))
    answer = alice.client.post(url_of("edit", endpoint), SENT | {"url": "https://new.example/"})
    assert answer["Location"] == url_of("detail", endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.description) == ("https://new.example/", "The LMS")
    refused = alice.client.post(url_of("edit", endpoint), SENT | {"url": "https://10.0.0.1/"})
    assert refused.status_code == 422


@pytest.mark.parametrize(("overlap", "signing"), [("day", 2), ("none", 1)])
def test_a_new_secret_with_and_without_overlap(alice: Person, overlap: str, signing: int) -> None:
    endpoint = make_endpoint()
    assert "goes on signing for 24 hours" in words(alice.client.get(url_of("rotate", endpoint)))
    page = words(alice.client.post(url_of("rotate", endpoint), {"overlap": overlap}))
    secret = shown_secret(page)
    endpoint.refresh_from_db()
    keys = signing_keys(endpoint, timezone.now())
    assert (keys[0], len(keys)) == (key_of(secret), signing)
    assert secret != SECRET


def test_a_test_leads_to_its_delivery_which_waits_for_the_answer(alice: Person) -> None:
    endpoint = make_endpoint()
    answer = alice.client.post(url_of("test", endpoint))
    delivery = Delivery.objects.get()
    place = reverse("webhooks:delivery", args=[delivery.id])
    assert answer["Location"] == place
    page = words(alice.client.get(place))
    assert 'hx-trigger="every 2s"' in page
    assert "On its way" in page
    services.record_try(delivery_id=delivery.id, answer=REFUSED)
    page = words(alice.client.get(place))
    assert "every 2s" not in page
    assert "The receiver answered with status 500." in page
    assert "&lt;b&gt;oops&lt;/b&gt;" in page
    assert delivery.event.message_id in page


def test_the_log_shows_every_try_and_filters(alice: Person) -> None:
    delivery = make_delivery()
    for _ in range(3):
        services.record_try(delivery_id=delivery.id, answer=REFUSED)
    place = url_of("detail", delivery.endpoint)
    assert 'The receiver answered with status 500. <span class="quiet">(3 tries)' in words(
        alice.client.get(place)
    )
    page = words(alice.client.get(reverse("webhooks:delivery", args=[delivery.id])))
    assert page.count("The answer (500)") == 3
    for query, found in (
        ("state=waiting", True),
        ("state=delivered", False),
        ("type=session.started", True),
        ("type=flag.raised", False),
        ("state=nonsense&type=", True),
        ("type=%00", True),
        ("page=99", True),
    ):
        shown = words(alice.client.get(f"{place}?{query}"))
        assert (f"/webhooks/deliveries/{delivery.id}/" in shown) is found, query
        assert ("No delivery fits." in shown) is not found


def test_a_delivery_is_sent_again(alice: Person) -> None:
    delivery = make_delivery()
    Delivery.objects.update(state=DeliveryState.FAILED, next_attempt_at=None)
    place = reverse("webhooks:resend", args=[delivery.id])
    assert alice.client.post(place)["Location"] == reverse("webhooks:delivery", args=[delivery.id])
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING
    services.disable_endpoint(endpoint=delivery.endpoint, actor=None)
    refused = alice.client.post(place)
    assert refused.status_code == 409
    assert "Switch it on first." in words(refused)


def test_an_endpoint_is_switched_off_and_on_and_what_was_missed_is_sent(alice: Person) -> None:
    endpoint = make_delivery().endpoint
    page = words(alice.client.post(url_of("disable", endpoint), follow=True))
    assert "Nothing is sent any more." in page
    assert "missed again" not in page
    page = words(alice.client.post(url_of("enable", endpoint), follow=True))
    assert "Send 1 missed again" in page
    page = words(alice.client.post(url_of("resend-missed", endpoint), follow=True))
    assert "1 event will be sent again." in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_enabled": False, "why_off": WhyOff.GONE}, "the receiver answered 410"),
        ({"is_enabled": False, "why_off": WhyOff.FAILING}, "nothing was taken for three days"),
        ({"failures": WORRYING_FAILURES}, "10 tries failed"),
    ],
)
def test_owners_are_told_of_trouble_on_every_page(
    alice: Person, bob: Person, changes: dict[str, Any], said: str
) -> None:
    endpoint = make_endpoint()
    assert "needs you" not in words(alice.client.get("/exams/"))
    Endpoint.objects.update(failing_since=endpoint.created_at, **changes)
    assert "of the webhooks needs you" in words(alice.client.get("/exams/"))
    assert "Webhooks" not in words(bob.client.get("/exams/"))
    assert said in words(alice.client.get(url_of("detail", endpoint)))


def test_deleting_is_asked_about_first(alice: Person) -> None:
    endpoint = make_endpoint()
    assert "This cannot be undone." in words(alice.client.get(url_of("delete", endpoint)))
    assert Endpoint.objects.exists()
    assert "is deleted" in words(alice.client.post(url_of("delete", endpoint), follow=True))
    assert not Endpoint.objects.exists()


def test_only_owners_come_in(bob: Person, charlie: Person) -> None:
    endpoint = make_endpoint()
    for url in (LIST, NEW, url_of("detail", endpoint)):
        refused = bob.client.get(url)
        assert refused.status_code == 403
        assert "Your role, examiner, may not" in words(refused)
    assert charlie.client.get(url_of("detail", endpoint)).status_code == 404
    with tenant_scope(charlie.institution.id):
        assert "No endpoints yet" in words(charlie.client.get(LIST))

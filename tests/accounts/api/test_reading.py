"""What every endpoint refuses, whatever it does: bodies, queries, methods, addresses. (Bad input 1 to 23.)"""

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db
MEMBERS = "/api/v1/members/"
BOB = {"email": "bob@example.com", "password": PASSWORD, "role": "examiner"}


def send(person: Person, body: bytes, **more: Any) -> tuple[int, str, str | None]:
    response = person.client.post(MEMBERS, body, **{"content_type": "application/json", **more})
    answer = response.json()
    assert set(answer) == {"code", "message", "field", "request_id"}
    assert response["X-Request-ID"] == answer["request_id"]
    assert "Traceback" not in response.content.decode()
    return response.status_code, answer["code"], answer["field"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{not json", (400, "invalid_json", None)),
        (b"", (400, "required", "email")),
        (b"[]", (400, "invalid_json", None)),
        (b'"text"', (400, "invalid_json", None)),
        (b'{"email": "a@b.c", "email": "d@e.f"}', (400, "invalid_json", None)),
        (b'{"email": NaN}', (400, "invalid_json", None)),
        (b'{"email": -Infinity}', (400, "invalid_json", None)),
        (b'{"email": 1e400}', (400, "invalid_json", None)),
        (b"[" * 100_000, (400, "too_deep", None)),
        (b'{"a":' * 40 + b"1" + b"}" * 40, (400, "too_deep", None)),
        (b'{"email": ' + b"9" * 5000 + b"}", (400, "invalid_json", None)),
        (b'{"email": true}', (400, "invalid_type", "email")),
        (b'{"name": "\\u0000"}', (400, "invalid_text", None)),
        (b'{"name": "\\ud800"}', (400, "invalid_text", None)),
        (b'{"\\u0000": "name"}', (400, "invalid_text", None)),
        (b'{"name": "\xff"}', (400, "invalid_json", None)),
        (b'{"name": "' + b"a" * 10_000_000 + b'"}', (413, "too_large", None)),
        (json.dumps({**BOB, "is_staff": True}).encode(), (400, "unknown_field", "is_staff")),
        (json.dumps({**BOB, "tenant_id": 1}).encode(), (400, "unknown_field", "tenant_id")),
        (json.dumps({**BOB, "role": "god"}).encode(), (400, "invalid_choice", "role")),
        (json.dumps({**BOB, "role": ["owner"]}).encode(), (400, "invalid_type", "role")),
        (json.dumps({**BOB, "email": "a" * 300 + "@b.example"}).encode(), (400, "max_length", "email")),
    ],
    ids=range(22),
)
def test_a_wrong_body_is_refused(alice: Person, body: bytes, expected: tuple[int, str, str | None]) -> None:
    assert send(alice, body) == expected
    assert alice.client.post(MEMBERS, BOB, content_type="application/json").status_code == 201


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""]
)
def test_another_type_of_body_is_refused(alice: Person, content_type: str) -> None:
    status, code, _ = send(alice, b'{"email": "a@b.example"}', content_type=content_type)
    assert (status, code) == (415, "unsupported_media_type")


def test_a_compressed_body_is_refused(alice: Person) -> None:
    status, code, _ = send(alice, b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert (status, code) == (415, "unsupported_media_type")


def test_a_body_in_pieces_of_unknown_number_is_refused(alice: Person) -> None:
    response = alice.client.generic("POST", MEMBERS, headers={"Transfer-Encoding": "chunked"})
    assert (response.status_code, response.json()["code"]) == (411, "length_missing")


@pytest.mark.parametrize("ending", ["../../", "%00/", "1 OR 1=1/", "-1/", "0/", f"{2**63}/", "x.json"])
def test_a_wrong_id_is_not_found(alice: Person, ending: str) -> None:
    response = alice.client.get(f"{MEMBERS}{ending}")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("method", ["put", "delete", "trace", "options"])
def test_a_method_that_is_not_there_is_refused(alice: Person, method: str) -> None:
    response = alice.client.generic(method.upper(), MEMBERS)
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    overridden = alice.client.post(
        "/api/v1/audit/", b"{}", content_type="application/json", headers={"X-HTTP-Method-Override": "GET"}
    )
    assert overridden.status_code == 405


def test_a_refusal_does_not_say_again_all_that_was_sent(alice: Person) -> None:
    for body in ({"k" * 100_000: 1}, BOB | {"role": "r" * 100_000}):
        response = alice.client.post(MEMBERS, json.dumps(body), content_type="application/json")
        assert response.status_code == 400
        assert len(response.content) < 1000


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("page=-1", "unknown_parameter", "page"),
        ("ordering=password", "unknown_parameter", "ordering"),
        ("page_size=1e9", "invalid", "page_size"),
        ("page_size=0", "invalid", "page_size"),
        ("page_size=201", "invalid", "page_size"),
        ("page_size=٣", "invalid", "page_size"),
        ("cursor=nonsense", "invalid", "cursor"),
        ("cursor=bz1hYmM=", "invalid", "cursor"),
        ("since=2026-02-30T00:00:00Z", "invalid", "since"),
        ("since=", "invalid", "since"),
        ("action=", "blank", "action"),
        ("since=infinity", "invalid", "since"),
        ("since=2026-02-02T00:00:00Z&until=2026-02-01T00:00:00Z", "range", "until"),
        ("since=99999-01-01T00:00:00Z", "invalid", "since"),
        ("since=2026-01-01T00:00:00", "no_zone", "since"),
        ("since=2026-01-01T00:00:00%2B25:00", "invalid", "since"),
        ("since=0001-01-01T00:00:00Z", "out_of_range", "since"),
        ("action=a&action=b", "invalid", "action"),
        ("action=%00", "null_characters_not_allowed", "action"),
    ],
)
def test_a_wrong_query_is_refused(alice: Person, query: str, code: str, field: str) -> None:
    response = alice.client.get(f"/api/v1/audit/?{query}")
    assert response.status_code == 400
    assert (response.json()["code"], response.json()["field"]) == (code, field)


def test_an_unknown_address_is_answered_as_json() -> None:
    response = Client().get("/api/v1/nothing/", headers={"Accept": "text/html"})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_foreign_host_is_refused() -> None:
    response = Client(raise_request_exception=False).get(
        "/api/v1/institution/", headers={"Host": "evil.example"}
    )
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_a_cookie_needs_the_csrf_token_and_a_header_needs_none(alice: Person) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(alice.user)
    refused = careful.post(MEMBERS, BOB, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    token = careful.post(
        "/api/v1/auth/token/",
        {"email": alice.user.email, "password": PASSWORD},
        content_type="application/json",
    ).json()["token"]
    made = careful.post(
        MEMBERS, BOB, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert made.status_code == 201


def test_the_last_slash_may_be_left_out(alice: Person) -> None:
    assert alice.client.post("/api/v1/members", BOB, content_type="application/json").status_code == 201


@pytest.mark.parametrize("accepted", ["application/pdf", "text/html", "nonsense", ""])
def test_whatever_is_accepted_json_comes(alice: Person, accepted: str) -> None:
    response = alice.client.get("/api/v1/institution/", headers={"Accept": accepted})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_nothing_is_kept_by_caches(alice: Person) -> None:
    assert "no-store" in alice.client.get("/api/v1/institution/")["Cache-Control"]


@pytest.mark.django_db
def test_each_caller_has_a_limit(alice: Person, bob: Person, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = {"user": 3, "api_key": 3, "address": 3}
    answers = [alice.client.get("/api/v1/institution/").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    refused = alice.client.get("/api/v1/institution/")
    assert (refused.json()["code"], refused["Retry-After"]) == ("too_many_requests", "60")
    assert bob.client.get("/api/v1/institution/").status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic nonsense"}]
)
def test_whoever_is_nobody_is_counted_by_address(
    alice: Person, headers: dict[str, str], settings: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = {"user": 3, "api_key": 3, "address": 3}
    answers = [Client().get("/api/v1/institution/", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert (answers[3].json()["code"], answers[3]["Retry-After"]) == ("too_many_requests", "60")
    assert alice.client.get("/api/v1/institution/").status_code == 200


def test_pages_follow_each_other(alice: Person) -> None:
    for number in range(5):
        alice.client.patch(
            "/api/v1/institution/", {"name": f"North {number}"}, content_type="application/json"
        )
    seen: list[int] = []
    address = "/api/v1/audit/?page_size=2"
    while address:
        page = alice.client.get(address).json()
        assert set(page) == {"next", "previous", "results"}
        seen += [entry["number"] for entry in page["results"]]
        address = page["next"] or ""
    assert seen == [6, 5, 4, 3, 2, 1]


def test_an_empty_cursor_is_the_first_page(alice: Person) -> None:
    """The description allows it as the answer does: forms send what was left empty."""
    whole = alice.client.get("/api/v1/members/").json()
    assert alice.client.get("/api/v1/members/?cursor=").json() == whole
    schema = alice.client.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    parameters = schema["paths"]["/api/v1/members/"]["get"]["parameters"]
    pattern = next(one["schema"]["pattern"] for one in parameters if one["name"] == "cursor")
    assert re.match(pattern, "")

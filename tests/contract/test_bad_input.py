"""The list of bad inputs, rows 1 to 24 (REST), 81 to 87 (CSV) and 88 to 92 (webhook addresses).

Each refusal is clear and in one shape, nothing is written, and the next good request is served.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import tenant_scope
from exams.models import Candidate, Exam
from tests.conftest import Person
from tests.factories import make_exam
from webhooks.models import Endpoint

pytestmark = pytest.mark.django_db
API = "/api/v1"
LOGIC = {"title": "Logic I", "duration_minutes": 90}
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stage:
    alice: Person
    charlie: Person
    exam: Exam

    def post(self, path: str, body: bytes, content_type: str = "application/json", **headers: str) -> Any:
        return self.alice.client.post(f"{API}{path}", body, content_type=content_type, headers=headers)


Send = Callable[[Stage], Any]


@dataclass(frozen=True, slots=True)
class Case:
    row: int
    words: str
    send: Send
    status: int
    code: str
    # What the message for people has to say.
    says: str = ""

    def __str__(self) -> str:
        return f"{self.row} {self.words}"


def body(content: bytes, content_type: str = "application/json", **headers: str) -> Send:
    return lambda stage: stage.post("/exams/", content, content_type, **headers)


def exam(**changes: Any) -> Send:
    return body(json.dumps({**LOGIC, **changes}).encode())


def get(path: str, **headers: str) -> Send:
    return lambda stage: stage.alice.client.get(f"{API}{path}", headers=headers)


def method(name: str, path: str) -> Send:
    return lambda stage: stage.alice.client.generic(name, f"{API}{path}")


def roster(content: bytes, **more: str) -> Send:
    return lambda stage: stage.alice.client.post(
        f"{API}/exams/{stage.exam.id}/candidates/import/", content, content_type="text/csv", **more
    )


def webhook(url: str) -> Send:
    return lambda stage: stage.post(
        "/webhooks/endpoints/", json.dumps({"url": url, "events": ["flag.raised"]}).encode()
    )


def by_cookie(**headers: str) -> Send:
    """As a page of ours would, with the cookie and without what such a page adds unless it is given."""

    def send(stage: Stage) -> Any:
        client = Client(enforce_csrf_checks=True)
        client.force_login(stage.alice.user)
        client.get("/exams/new/")
        token = {"X-CSRFToken": client.cookies["csrftoken"].value} if headers else {}
        return client.post(
            f"{API}/exams/", LOGIC, content_type="application/json", headers={**token, **headers}
        )

    return send


REST = [
    Case(1, "body not JSON", body(b"{not json"), 400, "invalid_json"),
    Case(2, "empty body", body(b""), 400, "required"),
    Case(3, "JSON array instead of object", body(b"[]"), 400, "invalid_json"),
    Case(4, "duplicate keys", body(b'{"title": "a", "title": "b"}'), 400, "invalid_json", "twice"),
    *(
        Case(5, number, body(b'{"duration_minutes": %s}' % number.encode()), 400, "invalid_json")
        for number in ("NaN", "Infinity", "-Infinity", "1e400")
    ),
    Case(6, "100 000 nested [", body(b"[" * 100_000), 400, "too_deep"),
    Case(7, "5 000-digit integer", body(b'{"duration_minutes": %s}' % (b"9" * 5000)), 400, "invalid_json"),
    Case(8, "2^40 in int field", exam(duration_minutes=2**40), 400, "max_value"),
    Case(9, "true where int expected", exam(duration_minutes=True), 400, "invalid_type"),
    Case(10, "NUL in text", exam(title="Lo\0gic"), 400, "invalid_text"),
    Case(11, "lone surrogate", body(b'{"title": "\\ud800", "duration_minutes": 9}'), 400, "invalid_text"),
    Case(12, "10 MB string", exam(title="a" * 10 * MEGABYTE), 413, "too_large"),
    *(
        Case(13, f"Content-Type {kind!r}", body(b"{}", kind), 415, "unsupported_media_type")
        for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "")
    ),
    Case(
        14, "gzip bomb body", body(b"\x1f\x8b", **{"Content-Encoding": "gzip"}), 415, "unsupported_media_type"
    ),
    Case(15, "unknown field is_staff", exam(is_staff=True), 400, "unknown_field"),
    Case(15, "unknown field tenant_id", exam(tenant_id="x"), 400, "unknown_field"),
    Case(
        16,
        "other tenant's id",
        lambda stage: stage.charlie.client.get(f"{API}/exams/{stage.exam.id}/"),
        404,
        "not_found",
    ),
    *(
        Case(17, f"id {ending}", get(f"/exams/{ending}/"), 404, "not_found")
        for ending in ("../../", "%00", "1 OR 1=1", "-1", "0", str(2**63))
    ),
    Case(18, "TRACE", method("TRACE", "/exams/"), 405, "method_not_allowed"),
    Case(18, "PUT on read-only", method("PUT", "/audit/"), 405, "method_not_allowed"),
    Case(
        18,
        "method override",
        lambda stage: stage.post("/audit/", b"{}", **{"X-HTTP-Method-Override": "GET"}),
        405,
        "method_not_allowed",
    ),
    Case(19, "?page=-1", get("/exams/?page=-1"), 400, "unknown_parameter"),
    Case(19, "?page_size=1e9", get("/exams/?page_size=1e9"), 400, "invalid"),
    Case(19, "?ordering=password", get("/exams/?ordering=password"), 400, "unknown_parameter"),
    Case(20, "2026-02-30", exam(opens_at="2026-02-30T00:00:00Z"), 400, "invalid"),
    Case(20, "infinity", exam(opens_at="infinity"), 400, "invalid"),
    Case(20, "year 99999", exam(opens_at="99999-01-01T00:00:00Z"), 400, "invalid"),
    Case(20, "naive time", exam(opens_at="2030-01-01T00:00:00"), 400, "no_zone"),
    Case(20, "+25:00", exam(opens_at="2030-01-01T00:00:00+25:00"), 400, "invalid"),
    Case(
        21,
        "end before start",
        exam(opens_at="2031-01-01T00:00:00Z", closes_at="2030-01-01T00:00:00Z"),
        400,
        "invalid",
    ),
    Case(21, "duration 0", exam(duration_minutes=0), 400, "min_value"),
    Case(21, "duration -5", exam(duration_minutes=-5), 400, "min_value"),
    Case(21, "duration 10 years", exam(duration_minutes=10 * 365 * 24 * 60), 400, "max_value"),
    Case(22, "missing CSRF", by_cookie(), 403, "csrf"),
    Case(22, "wrong Origin", by_cookie(Origin="https://evil.example"), 403, "csrf"),
    Case(23, "Host header attack", get("/exams/", Host="evil.example"), 400, "bad_request"),
]

HEADER = b"external_id,name,email\r\n"
CSV = [
    Case(81, "UTF-16 without a mark", roster("external_id,name\r\n1,A".encode("utf-16-le")), 400,
         "list_refused", "not a CSV file"),
    Case(82, "ragged rows", roster(b"external_id,name\r\n1\r\n2,B,C,D\r\n"), 400, "list_refused",
         "Line 2: The name is missing. Line 3: 4 cells"),
    Case(82, "unclosed quote", roster(b'external_id,name\r\n1,"Ada\r\n'), 400, "list_refused", "Line 2:"),
    Case(82, "1e6 columns", roster(b"external_id,name\r\n1,Ada" + b",x" * 1_000_000), 400, "list_refused",
         "Line 2: 1000002 cells"),
    Case(84, "twice in the file", roster(HEADER + b"1,A,\r\n2,B,\r\n1,C,\r\n"), 400, "list_refused",
         "Line 4: The external_id “1” is already in line 2."),
    Case(85, "e-mail with newline", roster(HEADER + b'1,A,"a@b.example\nBcc: x@y.example"\r\n'), 400,
         "list_refused", "is not an email address"),
    Case(85, "IDN homograph", roster(HEADER + "1,A,ada@ex\u0430mple.com\r\n".encode()), 400,
         "list_refused", "Line 2: “ada@ex\u0430mple.com” has letters that look like others"),
    Case(85, "e-mail of 400 characters", roster(HEADER + b"1,A,%s@b.example\r\n" % (b"a" * 400)), 400,
         "list_refused", "Line 2: The email is longer than 254 characters."),
    Case(86, "200 MB file", roster(b"x", CONTENT_LENGTH=str(200 * MEGABYTE)), 413, "too_large"),
    Case(86, "100 001 rows", roster(HEADER + b"".join(b"%d,x,\r\n" % one for one in range(100_001))), 400,
         "list_refused", "split the list"),
]  # fmt: skip

WEBHOOK_URLS = [
    *(
        Case(88, url, webhook(url), 400, "url_not_allowed")
        for url in (
            "http://lms.example/",
            "ftp://lms.example/",
            "file:///etc/passwd",
            "gopher://lms.example/",
            "https://user:pass@lms.example/",
            "https://lms.example/#part",
            "https://lms.example:22/",
            "https://lms.example:6379/",
        )
    ),
    *(
        Case(89, host, webhook(f"https://{host}/"), 400, "address_not_allowed")
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


# Rows that need many callers at once, or a receiver of webhooks: a file, and its tests.
ELSEWHERE = {
    24: ("accounts/api/test_idempotency.py", "fifty_at_once_make_one "
         "another_request_under_the_same_key_is_refused"),
    90: ("webhooks/test_sending.py", "one_forbidden_address_behind_a_name_is_enough "
         "the_name_is_resolved_once_and_the_checked_address_is_used"),
    91: ("webhooks/test_sending.py", "a_redirect_is_not_followed"),
    92: ("webhooks/test_sending.py", "a_long_answer_is_cut_and_a_packed_one_stays_packed "
         "the_time_is_limited_as_a_whole"),
}  # fmt: skip
# Rows of the list that lead to no refusal have a test of their own below.
SERVED = {83, 87}


def test_every_row_of_the_list_is_shown() -> None:
    shown = {case.row for case in [*REST, *CSV, *WEBHOOK_URLS]}
    assert shown | SERVED | set(ELSEWHERE) == {*range(1, 25), *range(81, 93)}
    for file, names in ELSEWHERE.values():
        source = (Path(__file__).parent.parent / file).read_text()
        assert [name for name in names.split() if f"def test_{name}(" not in source] == []


@pytest.fixture
def stage(alice: Person, charlie: Person) -> Stage:
    with tenant_scope(alice.institution.id):
        return Stage(alice, charlie, make_exam())


@pytest.mark.parametrize("case", [*REST, *CSV, *WEBHOOK_URLS], ids=str)
def test_it_is_refused_in_words_and_nothing_is_written(stage: Stage, case: Case) -> None:
    answer = case.send(stage)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (case.status, case.code), problem
    assert set(problem) == {"code", "message", "field", "request_id"}
    assert problem["message"]
    assert case.says in problem["message"]
    assert "Traceback" not in answer.content.decode()
    with tenant_scope(stage.alice.institution.id):
        assert list(Exam.objects.all()) == [stage.exam]
        assert not Candidate.objects.exists()
        assert not Endpoint.objects.exists()
    assert exam()(stage).status_code == 201


def test_23_no_other_host_gets_into_an_answer(stage: Stage) -> None:
    answer = get("/exams/?page_size=1", **{"X-Forwarded-Host": "evil.example"})(stage)
    assert answer.status_code == 200
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_81_the_encoding_of_a_list_is_detected(stage: Stage, encoding: str) -> None:
    assert roster("external_id,name\r\n1,Zoë\r\n".encode(encoding))(stage).json() == {"added": 1}
    with tenant_scope(stage.alice.institution.id):
        assert Candidate.objects.get().name == "Zoë"


def test_82_another_delimiter_is_understood(stage: Stage) -> None:
    assert roster(b"external_id;name\r\n1;Ada\r\n")(stage).json() == {"added": 1}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+cmd|x", "-1+1", "@SUM(A1)", "\tx", "\rx"])
def test_83_a_formula_is_imported_as_text_and_exported_neutralised(stage: Stage, name: str) -> None:
    assert roster(HEADER + f'1,"{name}",\r\n'.encode())(stage).status_code == 201
    with tenant_scope(stage.alice.institution.id):
        stored = Candidate.objects.get().name
    assert stored == name.strip()
    export = get(f"/exams/{stage.exam.id}/export.csv")(stage).getvalue().decode("utf-8-sig")
    cells = [cell.strip('"') for cell in export.splitlines()[1].split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(stored in cell for cell in cells)


def test_84_and_87_the_same_list_twice_adds_nobody_twice(stage: Stage) -> None:
    content = HEADER + b"1,Ada,ada@b.example\r\n2,Eve,\r\n"
    key = {"headers": {"Idempotency-Key": "list-1"}}
    first = roster(content, **key)(stage)  # type: ignore[arg-type]
    again = roster(content, **key)(stage)  # type: ignore[arg-type]
    assert (first.status_code, again.status_code, again.json()) == (201, 201, {"added": 2})
    without_key = roster(content)(stage)
    assert without_key.status_code == 400
    assert "Line 2: “1” is already a candidate of this exam. Line 3: “2”" in without_key.json()["message"]
    with tenant_scope(stage.alice.institution.id):
        assert Candidate.objects.count() == 2

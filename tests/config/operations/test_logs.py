"""What is logged says which request, institution and sitting it belongs to, and never whose."""

import json
import logging
import sys
import time
import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as settings_module
from django.db import IntegrityError
from django.test import Client

from accounts.log_context import logged_as
from accounts.tenancy import tenant_scope
from config.operations.logs import Json, Line, without_secrets
from config.serving import server_config
from exams import invitations
from jobs import services as jobs
from jobs.models import Job
from tests.conftest import PASSWORD, Person
from tests.factories import make_session
from tests.proctoring.fakes import seat_ticket
from tests.proctoring.sittings import make_sitting
from tests.proctoring.sockets import RoomEnd, event

ADDRESS = "198.51.100.77"
NAME = "Zyxgard Quellental"
ROW = f"duplicate key\nDETAIL:  Key (email)=(z@candidate.example) exists.\nFailing row contains (7, {NAME})."


class Heard(list[str]):
    """The lines that production would have written."""

    def parsed(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self]


@pytest.fixture
def heard() -> Iterator[Heard]:
    lines, stream = Heard(), StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Json())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def fail(job: Job) -> None:
    raise IntegrityError(ROW)


def record(message: str, *arguments: object, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error else None
    return logging.LogRecord("invigil.test", logging.WARNING, __file__, 1, message, arguments, info)


def test_a_line_is_one_json_object_with_the_ids_of_what_it_belongs_to() -> None:
    institution_id = uuid.uuid4()
    with tenant_scope(institution_id), logged_as(request_id="r1"), logged_as(session="s1"):
        line = Json().format(record("stored %s", 7))
    found = json.loads(line)
    assert {key: found[key] for key in found if key != "at"} == {
        "level": "warning",
        "logger": "invigil.test",
        "message": "stored 7",
        "institution": str(institution_id),
        "request_id": "r1",
        "session": "s1",
    }


@pytest.mark.parametrize("formatter", [Json(), Line("%(levelname)s %(message)s")])
def test_nobody_can_write_a_line_of_their_own(formatter: logging.Formatter) -> None:
    line = formatter.format(record("title %s", "x\r\nERROR forged\u2028\x1b[31m\x00"))
    assert len(line.splitlines()) == 1
    assert not set(line) & set("\r\n\u2028\x1b\x00")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Not Found: /join/s3cr3t-T0ken/", "Not Found: /join/[token]/"),
        ("/invited/abc?x=1", "/invited/[token]?x=1"),
        ("/password/new/4-abc-def/ and more", "/password/new/[token] and more"),
        ("mail to dana.doe+x@candidate.example failed", "mail to [email] failed"),
        ("from 198.51.100.77:4711", "from [address]:4711"),
        ("from 2001:db8:85a3::8a2e:370:7334.", "from [address]."),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [token]"),
        ("redis://user:geheim123@cache.example/1", "redis://user:[secret]@cache.example/1"),
        ('{"password": "geheim123", "a": 1}', '{"password": [secret]", "a": 1}'),
        ("ticket=abcdef123456&x=1", "ticket=[secret]&x=1"),
        ("at 12:30:45 version 5.2.19 took 10.5 ms", "at 12:30:45 version 5.2.19 took 10.5 ms"),
    ],
)
def test_what_names_somebody_or_opens_something_is_taken_out(said: str, written: str) -> None:
    assert without_secrets(said) == written


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1.",
        "\n",
        " ",
        "password",
        "csrf",
        "x://",
        "x://a:",
        "a@",
        "a@b.",
        "token ",
        "/join/",
        "abcd:",
        "DETAIL:\n",
    ],
)
def test_no_text_makes_a_line_cost_seconds(piece: str) -> None:
    """What is said may repeat what somebody sent: a slow pattern would stop the process for everybody."""
    begun_s = time.process_time()
    without_secrets(piece * (20_000 // len(piece)))
    assert time.process_time() - begun_s < 2


def test_the_servers_own_lines_are_written_as_ours() -> None:
    settings_of_logging = settings_module.LOGGING
    server_config()
    for name in ("uvicorn", "uvicorn.error"):
        assert logging.getLogger(name).handlers == []
        assert settings_of_logging["loggers"][name] == {"handlers": [], "propagate": True}


def test_what_a_database_repeats_is_taken_out_of_a_traceback() -> None:
    try:
        raise IntegrityError(ROW)
    except IntegrityError:
        failed = record("a job failed")
        failed.exc_info = sys.exc_info()
    found = json.loads(Json().format(failed))
    assert (found["error"], "duplicate key" in found["traceback"]) == ("IntegrityError", True)
    assert NAME not in found["traceback"]
    assert "candidate.example" not in found["traceback"]


@pytest.mark.django_db(transaction=True)
async def test_a_room_says_which_sitting_a_line_is_about(heard: Heard, alice: Person) -> None:
    def begin() -> tuple[str, str]:
        with tenant_scope(alice.institution.id):
            session = make_sitting(minutes_ago=0.1)
        return str(session.id), seat_ticket(session)

    session_id, ticket = await sync_to_async(begin)()
    end = await RoomEnd().open()
    await end.hello(ticket)
    await end.events(event(1, 100, "copy"))
    await end.hear_kind("ack", stream="browser", seq=1)
    await end.leave()
    assert all(line.get("session", session_id) == session_id for line in heard.parsed())


@pytest.mark.django_db
def test_a_whole_story_names_nobody(heard: Heard, alice: Person, settings: Any) -> None:
    settings.JOB_KINDS = settings.JOB_KINDS | {"test.fail": f"{__name__}.fail"}
    visitor = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    for password in ("wrong-wrong-wrong", PASSWORD):
        visitor.post("/login/", {"email": "alice@north.example", "password": password})
    visitor.post("/password/lost/", {"email": "alice@north.example"})
    with tenant_scope(alice.institution.id):
        session = make_session(name=NAME)
        invitation = session.invitations.get()
        token = invitations.link_of(invitation).rstrip("/").rpartition("/")[2]
        job = jobs.enqueue("test.fail")
    jobs.run(job.id)
    candidate = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    candidate.get(f"/join/{token}/")
    candidate.post(f"/join/{token}/")
    candidate.get(f"/room/{session.id}/")
    alice.client.get(f"/exams/{session.exam_id}/")
    alice.client.get("/nowhere/?next=dana@example.com")
    written = "\n".join(heard)
    personal = (
        NAME,
        "dana@example.com",
        "alice@north.example",
        token,
        PASSWORD,
        ADDRESS,
        "wrong-wrong-wrong",
    )
    assert [word for word in personal if word in written] == []
    requests = [line for line in heard.parsed() if line["logger"] == "invigil.requests"]
    assert "GET /join/<str:token>/ 200" in [line["message"] for line in requests]
    assert all(len(line["request_id"]) == 32 and line["duration_ms"] >= 0 for line in requests)
    failed = next(line for line in heard.parsed() if line.get("job") == str(job.id))
    assert failed["institution"] == str(alice.institution.id)

"""A practice run: the same words as in the camera check, and no row and no file afterwards."""

from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.tenancy import TenantModel, tenant_scope, unscoped
from exams import invitations
from exams.models import Exam, Session
from exams.states import SessionState
from proctoring import parking, practice_consumer, sockets
from proctoring.analysing import FrameLost
from proctoring.practising import practise
from proctoring.protocol import FrameMessage, LateFrameMessage, pack
from proctoring.views.practice import SPEED_BYTES, TICKETS
from tests.conftest import Person
from tests.factories import make_session
from tests.proctoring.fakes import BROKEN, grey_observer, picture_of
from tests.proctoring.sockets import End

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_observer")]


@pytest.fixture
def session(alice: Person) -> Session:
    with tenant_scope(alice.institution.id):
        return make_session()


def path_of(session: Session) -> str:
    with tenant_scope(session.institution_id):
        link = invitations.link_of(session.invitations.get(revoked_at__isnull=True))
    assert link is not None
    return f"{link.removeprefix('http://localhost:8000')}practice/"


def ticket_for(session: Session) -> str:
    answer = Client().post(f"{path_of(session)}ticket/")
    return str(answer.json()["ticket"])


async def entered(session: Session) -> End:
    end = await End("/ws/practice/").open()
    await end.say(type="hello", ticket=await sync_to_async(ticket_for)(session))
    welcome = await end.hear()
    assert (welcome["type"], welcome["client"]["frame_interval_ms"]) == ("welcome", 1000)
    return end


async def told(end: End, seq: int, jpeg: bytes) -> dict[str, Any]:
    await end.say_bytes(pack(FrameMessage(seq, 0, jpeg)))
    assert (await end.hear_kind("ack", seq=seq))["outcome"] == "checked"
    return await end.hear_kind("guidance")


@sync_to_async
def everything() -> dict[str, list[Any]]:
    tables = [one for one in apps.get_models() if issubclass(one, TenantModel)]
    with unscoped("a test compares the tables before and after"):
        return {one._meta.label: list(one.objects.order_by("pk").values()) for one in tables}


def files() -> list[Path]:
    return sorted(path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file())


async def test_a_practice_run_guides_and_leaves_no_row_and_no_file(session: Session) -> None:
    end = await entered(session)
    rows, kept = await everything(), files()
    assert (await told(end, 1, picture_of(0)))["code"] == "no_face"
    assert (await told(end, 2, picture_of(2)))["code"] == "several_faces"
    good = await told(end, 3, picture_of(1))
    assert (good["ok"], good["code"]) == (True, "ok")
    assert (await told(end, 4, b"\xff\xd8 no picture"))["code"] == "unknown"
    await end.leave()
    assert await everything() == rows
    assert files() == kept


def test_a_picture_is_forgotten_in_the_moment_it_is_looked_at() -> None:
    parking.park_sent("practice:a", 1, picture_of(1))
    told_once = practise(connection="practice:a", seq=1, observer=grey_observer())
    assert (told_once.ok, told_once.code) == (True, "ok")
    assert parking.take_sent("practice:a", 1) is None
    with pytest.raises(FrameLost):
        practise(connection="practice:a", seq=1, observer=grey_observer())


async def test_what_cannot_be_looked_at_is_said(session: Session) -> None:
    end = await entered(session)
    await end.say_bytes(pack(FrameMessage(1, 0, picture_of(BROKEN))))
    assert (await end.hear())["outcome"] == "unavailable"
    await end.say_bytes(pack(LateFrameMessage(2, 0, picture_of(1))))
    assert (await end.hear())["code"] == "unknown_kind"
    await end.say_text('{"type":"events"}')
    assert (await end.hear())["code"] == "unknown_type"
    await end.leave()


async def test_nobody_practises_without_a_ticket(session: Session) -> None:
    end = await End("/ws/practice/").open()
    await end.say_bytes(pack(FrameMessage(1, 0, picture_of(1))))
    assert (await end.hear())["code"] == "hello_first"
    await end.say(type="hello", ticket="made up")
    assert await end.closing_code() == 4401


async def test_a_practice_ticket_opens_no_room(session: Session) -> None:
    end = await End("/ws/room/").open()
    device = {"user_agent": "pytest", "screen": [1, 1], "camera_label": ""}
    await end.say(type="hello", ticket=await sync_to_async(ticket_for)(session), device=device)
    assert await end.closing_code() == 4401


async def test_practice_ends_in_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice_consumer, "PRACTISE_FOR_S", 0.05)
    end = await entered(session)
    assert await end.closing_code() == 4404
    assert sockets.HELLO_WITHIN_S > 0


def test_the_page_is_there_before_the_exam_opens(session: Session) -> None:
    with tenant_scope(session.institution_id):
        Exam.objects.update(opens_at=timezone.now().replace(year=2099))
    page = Client().get(path_of(session))
    assert (page.status_code, page["Referrer-Policy"]) == (200, "strict-origin")
    assert "camera=(self)" in page["Permissions-Policy"]
    assert b'"camera": true' in page.content
    assert path_of(session) in Client().get(path_of(session).removesuffix("practice/")).content.decode()
    with tenant_scope(session.institution_id):
        assert session.invitations.get().consumed_at is None
        assert Session.objects.get().state == SessionState.INVITED


def test_a_link_that_opens_nothing_practises_nothing(session: Session) -> None:
    with tenant_scope(session.institution_id):
        path = path_of(session)
        session.invitations.update(revoked_at=timezone.now())
    assert Client().get(path).status_code == 410
    assert Client().post(f"{path}ticket/").json()["code"] == "link_revoked"
    assert Client().get("/join/nonsense/practice/").status_code == 404
    assert Client().post("/join/nonsense/practice/ticket/").json()["code"] == "link_unknown"


def test_the_line_is_measured_both_ways(session: Session) -> None:
    path = f"{path_of(session)}speed/"
    down = Client().get(path)
    assert (down.status_code, len(down.content)) == (200, SPEED_BYTES)
    up = Client().post(path, b"x" * 1000, content_type="application/octet-stream")
    assert up.json() == {"bytes": 1000}
    large = Client().post(path, b"x" * (SPEED_BYTES + 1), content_type="application/octet-stream")
    assert large.json()["code"] == "too_large"


def test_one_link_cannot_ask_for_ever(session: Session) -> None:
    path = f"{path_of(session)}ticket/"
    codes = [Client().post(path).status_code for _ in range(TICKETS + 1)]
    assert codes == [200] * TICKETS + [429]


async def test_one_link_has_one_run_the_newest(session: Session, charlie: Person) -> None:
    elsewhere = await entered(await sync_to_async(make_session_of)(charlie))
    first = await entered(session)
    second = await entered(session)
    assert await first.closing_code() == 4409
    await first.leave()
    assert (await told(second, 1, picture_of(1)))["code"] == "ok"
    assert (await told(elsewhere, 1, picture_of(1)))["code"] == "ok"
    await second.leave()
    await elsewhere.leave()


def make_session_of(person: Person) -> Session:
    with tenant_scope(person.institution.id):
        return make_session()

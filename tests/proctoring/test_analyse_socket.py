"""The socket of programs: in with a key's token, an answer for each frame, and nothing stored."""

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.test import Client

from accounts import api_keys, suspending, tickets
from accounts.models import ApiKey, AuditEntry, Scope
from accounts.tenancy import TenantModel, tenant_scope, unscoped
from accounts.throttle import take
from accounts.tickets import Ticket
from analysis.baseline import Baseline
from analysis.frames import Frame, encode_jpeg
from analysis.pipeline import Landmarked
from analysis.video import sample_video
from proctoring import frame_measuring, parking, tasks
from proctoring.analysing import FrameLost
from proctoring.protocol import FrameMessage, pack
from tests.conftest import Person
from tests.proctoring.fakes import BROKEN, GreyObserver, member_ticket, picture_of
from tests.proctoring.sockets import End

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/ws/analyse/"


class GreyLandmarks(GreyObserver):
    """Sees faces by brightness, and no landmarks in them."""

    def observe_landmarks(self, frame: Frame, baseline: Baseline | None = None) -> Landmarked:
        return Landmarked(self.observe(frame, baseline), None)


def grey_landmarks() -> GreyLandmarks:
    return GreyLandmarks()


@pytest.fixture
def grey(settings: Any) -> None:
    settings.FRAME_OBSERVER = "tests.proctoring.test_analyse_socket.grey_landmarks"


@pytest.fixture
def key(alice: Person) -> api_keys.NewKey:
    with tenant_scope(alice.institution.id):
        return api_keys.create(name="integrator", scopes=[Scope.ANALYSE])


@sync_to_async
def token_of(key: api_keys.NewKey) -> str:
    response = Client().post("/api/v1/analyse/token/", headers={"Authorization": f"Api-Key {key.text}"})
    return str(response.json()["token"])


async def entered(key: api_keys.NewKey) -> End:
    end = await End(URL, origin=None).open()
    await end.say(type="hello", ticket=await token_of(key))
    welcome = await end.hear()
    assert (welcome["type"], welcome["max_frame_bytes"], welcome["max_text_bytes"]) == (
        "welcome",
        262144,
        65536,
    )
    return end


async def measured(end: End, seq: int, jpeg: bytes, t_ms: int | None = None) -> dict[str, Any]:
    await end.say_bytes(pack(FrameMessage(seq, seq * 500 if t_ms is None else t_ms, jpeg)))
    return await end.hear(timeout_s=30)


@sync_to_async
def everything() -> dict[str, list[Any]]:
    tables = [one for one in apps.get_models() if issubclass(one, TenantModel)]
    with unscoped("a test compares the tables before and after"):
        return {one._meta.label: list(one.objects.order_by("pk").values()) for one in tables}


@pytest.mark.usefixtures("grey")
async def test_each_frame_is_answered_and_nothing_is_stored(key: api_keys.NewKey) -> None:
    end = await entered(key)
    before = await everything()
    answer = await measured(end, 1, picture_of(1))
    assert answer == {
        "type": "analysis",
        "seq": 1,
        "t": 500,
        "anomaly": False,
        "reasons": [],
        "pupil_movement_status": None,
        "pupil_move": None,
        "face_move": None,
        "looking_away": False,
        "width": 160,
        "height": 120,
        "face_count": 1,
        "faces": [
            {
                "box": [60.0, 30.0, 50.0, 60.0],
                "score": 0.95,
                "yaw": 0.0,
                "pitch": 0.0,
                "roll": 0.0,
                "ear": 0.3,
                "quality": 0.9,
            }
        ],
        "camera": {"state": "ok", "luma": 120.0, "contrast": 40.0, "sharpness": 200.0, "quality": 0.9},
        "unavailable": [],
    }
    assert (await measured(end, 2, picture_of(1)))["face_move"] == 0.0
    two = await measured(end, 3, picture_of(2))
    assert (two["anomaly"], two["reasons"], two["face_count"]) == (
        True,
        [{"code": "several_faces", "text": "there is more than one face"}],
        2,
    )
    nobody = await measured(end, 4, picture_of(0))
    assert (nobody["anomaly"], nobody["face_count"], nobody["looking_away"]) == (False, 0, None)
    assert await everything() == before
    await end.leave()


@pytest.mark.usefixtures("grey")
async def test_a_frame_may_come_as_json(key: api_keys.NewKey) -> None:
    end = await entered(key)
    text = base64.b64encode(picture_of(1)).decode()
    await end.say(frame=text)
    assert (await end.hear())["seq"] == 1
    await end.say(type="frame", frame=f"data:image/jpeg;base64,{text}", seq=7, t=1234)
    answer = await end.hear()
    assert (answer["type"], answer["seq"], answer["t"]) == ("analysis", 7, 1234)
    await end.say(frame=text)
    assert (await end.hear())["seq"] == 8
    await end.leave()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"frame": "not base64!"}, "bad_field"),
        ({"frame": ""}, "bad_field"),
        ({"frame": 7}, "bad_field"),
        ({"frame": "data:image/jpeg;base64,"}, "empty_payload"),
        ({"frame": "aGVsbG8=", "seq": 0}, "bad_field"),
        ({"frame": "aGVsbG8="}, "frame_invalid"),
        ({"frame": "a" * 70_000}, "text_too_large"),
        ({"type": "events"}, "unknown_type"),
        ({"type": "hello", "ticket": "again"}, "hello_again"),
    ],
)
@pytest.mark.usefixtures("grey")
async def test_bad_text_is_answered_in_words(
    key: api_keys.NewKey, message: dict[str, Any], code: str
) -> None:
    end = await entered(key)
    await end.say(**message)
    error = await end.hear()
    assert (error["type"], error["code"]) == ("error", code)
    assert error["message"].endswith(".")
    assert (await measured(end, 9, picture_of(1)))["type"] == "analysis"
    await end.leave()


@pytest.mark.usefixtures("grey")
async def test_bad_frames_are_answered_in_words(key: api_keys.NewKey) -> None:
    end = await entered(key)
    for data, code, ref in (
        (b"\x01", "too_short", None),
        (struct.pack(">BBII", 1, 3, 5, 0) + b"sound", "unknown_kind", 5),
        (struct.pack(">BBII", 1, 1, 5, 0), "empty_payload", 5),
        (pack(FrameMessage(5, 0, b"x" * (256 * 1024 + 1))), "payload_too_large", 5),
        (pack(FrameMessage(5, 0, b"no picture")), "frame_invalid", 5),
        (pack(FrameMessage(5, 0, picture_of(1))), "bad_seq", 5),
    ):
        await end.say_bytes(data)
        error = await end.hear()
        assert (error["type"], error["code"], error["ref"]) == ("error", code, ref)
    await end.leave()


@pytest.mark.usefixtures("grey")
async def test_a_failing_detector_is_not_an_anomaly(key: api_keys.NewKey) -> None:
    end = await entered(key)
    assert await measured(end, 1, picture_of(BROKEN)) == {
        "type": "ack",
        "stream": "video",
        "seq": 1,
        "outcome": "unavailable",
    }
    assert (await measured(end, 2, picture_of(1)))["face_move"] is None
    await end.leave()


@pytest.mark.usefixtures("grey")
def test_a_frame_is_forgotten_when_it_is_looked_at() -> None:
    parking.park_sent("connection", 1, picture_of(1))
    assert frame_measuring.measure(connection="connection", seq=1, t_ms=0, before=None).state is not None
    with pytest.raises(FrameLost):
        frame_measuring.measure(connection="connection", seq=1, t_ms=0, before=None)


async def test_without_hello_nothing_is_taken() -> None:
    end = await End(URL, origin=None).open()
    await end.say_bytes(pack(FrameMessage(1, 0, picture_of(1))))
    assert (await end.hear())["code"] == "hello_first"
    await end.say(frame="aGVsbG8=")
    assert (await end.hear())["code"] == "hello_first"
    await end.leave()


async def test_only_a_fresh_token_of_a_key_opens_it(alice: Person, key: api_keys.NewKey) -> None:
    used = await token_of(key)
    await sync_to_async(tickets.redeem)(used)
    member = await sync_to_async(member_ticket)(alice.user.id, alice.institution.id)
    for ticket in (used, member, "nonsense", key.text):
        end = await End(URL, origin=None).open()
        await end.say(type="hello", ticket=ticket)
        assert await end.closing_code() == 4401


async def test_a_token_opens_no_other_socket(key: api_keys.NewKey) -> None:
    end = await End("/ws/console/").open()
    await end.say(type="hello", ticket=await token_of(key), exam="any")
    assert await end.closing_code() == 4401


async def test_a_token_of_another_institution_knows_no_key(charlie: Person, key: api_keys.NewKey) -> None:
    forged = Ticket("api_key", str(charlie.institution.id), str(key.key.id))
    end = await End(URL, origin=None).open()
    await end.say(type="hello", ticket=await sync_to_async(tickets.issue)(forged))
    assert await end.closing_code() == 4403


@sync_to_async
def revoke(key: api_keys.NewKey) -> None:
    with tenant_scope(str(key.key.institution_id)):
        api_keys.revoke(prefix=key.key.prefix)


@pytest.mark.usefixtures("grey")
async def test_a_revoked_key_closes_what_it_opened(key: api_keys.NewKey) -> None:
    end, token = await entered(key), await token_of(key)
    await revoke(key)
    await end.say_bytes(pack(FrameMessage(1, 0, picture_of(1))))
    assert await end.closing_code() == 4403
    late = await End(URL, origin=None).open()
    await late.say(type="hello", ticket=token)
    assert await late.closing_code() == 4403


@sync_to_async
def suspend(person: Person) -> None:
    with tenant_scope(person.institution.id):
        suspending.suspend(institution=person.institution, reason="Unpaid since May", actor=None)


@pytest.mark.usefixtures("grey")
async def test_a_suspended_institutions_program_measures_no_more(alice: Person, key: api_keys.NewKey) -> None:
    end = await entered(key)
    await suspend(alice)
    await end.say_bytes(pack(FrameMessage(1, 0, picture_of(1))))
    assert await end.closing_code() == 4403


@pytest.mark.usefixtures("grey")
async def test_a_key_has_one_rate_over_all_its_sockets(key: api_keys.NewKey) -> None:
    one, other = await entered(key), await entered(key)
    for _ in range(tasks.PROGRAM_FRAMES - 1):
        take("analyse", str(key.key.id), limit=tasks.PROGRAM_FRAMES, window_s=tasks.PROGRAM_WINDOW_S)
    assert (await measured(one, 1, picture_of(1)))["type"] == "analysis"
    error = await measured(other, 1, picture_of(1))
    assert (error["code"], error["ref"]) == ("too_many_frames", 1)
    await one.leave()
    await other.leave()


@pytest.mark.usefixtures("grey")
async def test_a_flood_ends_the_socket(key: api_keys.NewKey) -> None:
    end = await entered(key)
    for _ in range(70):
        await end.say(type="pong")
    assert await end.closing_code() == 4429


async def test_pages_of_other_hosts_are_refused_and_programs_are_not() -> None:
    assert not await End(URL, origin=(b"origin", b"https://elsewhere.example")).is_let_in()
    assert not await End("/ws/console/", origin=None).is_let_in()
    assert await End(URL).is_let_in()
    assert await End(URL, origin=None).is_let_in()


async def test_the_way_in_is_in_the_audit_log(alice: Person, key: api_keys.NewKey) -> None:
    await token_of(key)
    assert await sync_to_async(actions)(alice) == ["api_key.created", "analyse.token_issued"]


def actions(person: Person) -> list[str]:
    with tenant_scope(person.institution.id):
        assert ApiKey.objects.get().last_used_at is not None
        return list(AuditEntry.objects.values_list("action", flat=True))[1:]


async def test_a_recorded_exam_is_measured(key: api_keys.NewKey, data_dir: Path, settings: Any) -> None:
    """Real pictures through the real detectors: one person, then nobody, then two."""
    settings.FRAME_OBSERVER = "proctoring.analysing.shared_pipeline"
    clip = list(sample_video(data_dir / "scenarios" / "exam_story.mp4", 2.0))
    frames = [(clip[n][0], encode_jpeg(clip[n][1])) for n in (4, 5, 36, 52)]
    end = await entered(key)
    first, second, nobody, two = [
        await measured(end, seq, jpeg, t_ms) for seq, (t_ms, jpeg) in enumerate(frames, start=1)
    ]
    assert [one["face_count"] for one in (first, second, nobody, two)] == [1, 1, 0, 2]
    assert first["pupil_movement_status"] is None
    assert second["pupil_movement_status"] in ("straight", "normal", "unusual")
    assert second["unavailable"] == []
    assert (nobody["anomaly"], nobody["pupil_movement_status"]) == (False, None)
    assert [reason["code"] for reason in two["reasons"]] == ["several_faces"]
    assert json.dumps(two, allow_nan=False)
    await end.leave()

"""Pictures of the screen: taken in turn, seen by those who watch, kept only behind a flag."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from PIL import Image

from exams.models import Session
from jobs import services as jobs
from proctoring import screens as parked
from proctoring.models import Flag, RiskState, ScreenPicture
from proctoring.protocol import BrowserEvent
from proctoring.rooms import Room
from proctoring.screen_protocol import ScreenMessage
from proctoring.services import intervening, screens
from proctoring.services.errors import FrameNotWanted, OtherDevice
from proctoring.services.keeping import read_picture
from tests.conftest import Person
from tests.factories import make_exam
from tests.proctoring.session_rows import make_flag
from tests.proctoring.sittings import events, frame, make_checking, make_sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scope")]


def make_shared(**options: Any) -> Session:
    return make_sitting(make_exam(**{"watch_screen": True, **options}))


def picture(shade: int = 200, size: tuple[int, int] = (1280, 720)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(target, "JPEG")
    return target.getvalue()


def show(session: Session, seq: int, t_ms: int, jpeg: bytes | None = None) -> bool:
    assert session.started_at is not None
    return screens.take(
        room=Room(session.id, session.device_key),
        screen=ScreenMessage(seq, t_ms, jpeg or picture()),
        now=session.started_at + timedelta(milliseconds=t_ms),
    )


def shade_of(jpeg: bytes) -> int:
    with Image.open(io.BytesIO(jpeg)) as image:
        pixel = image.convert("L").getpixel((5, 5))
    assert isinstance(pixel, int)
    return pixel


def counted() -> tuple[int, int, int, int | None]:
    risk = RiskState.objects.get()
    return risk.screens_recorded, risk.screen_covered_ms, risk.last_screen_seq, risk.last_screen_t_ms


def test_pictures_count_the_time_between_them_and_no_longer_gap() -> None:
    session = make_shared()
    assert [show(session, seq, t_ms) for seq, t_ms in ((1, 0), (2, 5000), (3, 10_000), (4, 60_000))] == [
        True
    ] * 4
    assert counted() == (4, 20_000, 4, 60_000)


def test_time_that_is_told_twice_is_counted_once() -> None:
    session = make_shared()
    for seq, t_ms in enumerate((0, 10_000, 0, 10_000, 5000, 10_000), start=1):
        show(session, seq, t_ms)
    assert counted() == (6, 10_000, 6, 10_000)


def test_a_gap_is_not_filled_afterwards_with_times_of_ones_own() -> None:
    session = make_shared()
    show(session, 1, 0)
    assert session.started_at is not None
    for seq in range(2, 60):
        screens.take(
            room=Room(session.id, session.device_key),
            screen=ScreenMessage(seq, seq * 10_000, picture()),
            now=session.started_at + timedelta(minutes=10),
        )
    risk = RiskState.objects.get()
    assert (risk.screens_recorded, risk.screen_covered_ms, risk.last_screen_t_ms) == (59, 10_000, 600_000)


def test_one_that_was_overtaken_is_passed_over() -> None:
    session = make_shared()
    show(session, 5, 5000, picture(40))
    assert show(session, 4, 4000, picture(240)) is False
    assert show(session, 5, 5000, picture(240)) is False
    assert counted() == (1, 0, 5, 5000)
    assert abs(shade_of(parked.newest(session.id) or b"") - 40) < 3


@pytest.mark.parametrize(
    ("options", "code"), [({"watch_screen": False}, "screen_not_watched"), ({}, "not_a_picture")]
)
def test_what_nobody_asked_for_is_refused(options: dict[str, Any], code: str) -> None:
    session = make_shared(**options)
    with pytest.raises(FrameNotWanted) as refused:
        show(session, 1, 0, b"GIF89a")
    assert refused.value.code == code
    assert parked.newest(session.id) is None


def test_nothing_is_seen_before_the_start_and_in_a_pause() -> None:
    waiting = make_checking(make_exam(watch_screen=True))
    with pytest.raises(FrameNotWanted) as early:
        screens.take(room=Room(waiting.id, waiting.device_key), screen=ScreenMessage(1, 0, picture()))
    session = make_shared()
    intervening.pause_session(session=session, actor=None)
    with pytest.raises(FrameNotWanted) as paused:
        show(session, 1, 0)
    assert (early.value.code, paused.value.code) == ("not_now", "not_now")


def test_another_device_shows_nothing() -> None:
    session = make_shared()
    with pytest.raises(OtherDevice):
        screens.take(room=Room(session.id, "other"), screen=ScreenMessage(1, 0, picture()))


def test_only_the_newest_dozen_waits() -> None:
    session = make_shared()
    for seq in range(1, 15):
        show(session, seq, seq * 5000)
    assert [seq for seq in range(1, 15) if parked.find(session.id, seq)] == list(range(3, 15))


def leave_and_come_back(session: Session) -> Flag:
    """Left at 7 s, a flag at 8.5 s, back at 12 s."""
    frame(session, 1, 6000)
    events(session, BrowserEvent(1, 7000, "tab_hidden", 1))
    frame(session, 2, 11_000)
    events(session, BrowserEvent(2, 12_000, "tab_visible", 1))
    frame(session, 3, 15_000)
    return Flag.objects.get(rule="TAB_HIDDEN")


def test_the_screen_nearest_to_the_flag_is_kept_with_it() -> None:
    session = make_shared()
    for seq, t_ms, shade in ((1, 0, 20), (2, 5000, 60), (3, 10_000, 140)):
        show(session, seq, t_ms, picture(shade))
    flag = leave_and_come_back(session)
    kept = ScreenPicture.objects.get()
    assert (kept.flag_id, kept.seq, kept.t_ms, kept.width_px, kept.height_px) == (
        flag.id,
        3,
        10_000,
        1280,
        720,
    )
    assert abs(shade_of(read_picture(kept)) - 140) < 3


def test_a_nearer_picture_replaces_the_kept_one_and_its_file() -> None:
    session = make_shared()
    show(session, 1, 4000)
    flag = leave_and_come_back(session)
    first = ScreenPicture.objects.get(flag=flag)
    show(session, 2, 9000)
    kept = screens.keep(flag_id=str(flag.id))
    assert kept is not None
    assert (kept.seq, ScreenPicture.objects.count()) == (2, 1)
    jobs.sweep()
    assert [storages["evidence"].exists(one.storage_key) for one in (first, kept)] == [False, True]
    assert screens.keep(flag_id=str(flag.id)) is None


def test_what_is_no_picture_is_not_kept() -> None:
    session = make_shared()
    show(session, 1, 8000, b"\xff\xd8\xff and then nothing")
    leave_and_come_back(session)
    assert not ScreenPicture.objects.exists()


def test_a_screen_far_from_the_flag_shows_nothing_of_it() -> None:
    session = make_shared()
    show(session, 1, 400)
    leave_and_come_back(session)
    assert not ScreenPicture.objects.exists()


def test_who_watches_sees_the_newest_screen_and_the_one_behind_a_flag(bob: Person, charlie: Person) -> None:
    session = make_shared()
    address = f"/sessions/{session.id}/screen.jpg"
    assert bob.client.get(address)["Content-Type"] == "image/svg+xml"
    show(session, 1, 9000, picture(90))
    live = bob.client.get(address)
    assert (live["Content-Type"], live["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert abs(shade_of(live.content) - 90) < 3
    flag = leave_and_come_back(session)
    assert abs(shade_of(bob.client.get(f"/evidence/{flag.id}/screen.jpg").content) - 90) < 3
    assert charlie.client.get(address).status_code == 404
    assert charlie.client.get(f"/evidence/{flag.id}/screen.jpg").status_code == 404


def test_the_sessions_page_shows_the_screen_and_how_much_of_it_was_seen(bob: Person) -> None:
    session = make_shared()
    page = bob.client.get(f"/sessions/{session.id}/").content.decode()
    assert 'id="live-screen"' in page
    for seq in range(1, 4):
        show(session, seq, seq * 5000)
    flag = leave_and_come_back(session)
    page = bob.client.get(f"/sessions/{session.id}/").content.decode()
    assert "3 pictures, seen" in page
    assert f"/evidence/{flag.id}/screen.jpg" in bob.client.get(f"/flags/{flag.id}/").content.decode()
    unwatched = make_sitting()
    assert "live-screen" not in bob.client.get(f"/sessions/{unwatched.id}/").content.decode()


def test_a_proctor_lets_a_candidate_go_on_without_the_screen(bob: Person) -> None:
    session = make_shared()
    page = f"/sessions/{session.id}/intervene/"
    assert "Let it go on without the screen" in bob.client.get(page).content.decode()
    done = bob.client.post(f"{page}screen/", follow=True).content.decode()
    assert "may go on without sharing the screen" in done
    assert "A person let the candidate go on without sharing the screen" in done
    assert "Let it go on without the screen" not in bob.client.get(page).content.decode()


def test_a_program_finds_the_screen_behind_a_flag(alice: Person, charlie: Person) -> None:
    session = make_shared()
    show(session, 1, 9000, picture(90))
    flag, bare = leave_and_come_back(session), make_flag(make_sitting())
    told = alice.client.get(f"/api/v1/flags/{flag.id}/").json()
    assert told["screen_url"].endswith(f"/api/v1/flags/{flag.id}/screen.jpg")
    assert abs(shade_of(alice.client.get(told["screen_url"]).content) - 90) < 3
    assert charlie.client.get(told["screen_url"]).status_code == 404
    assert alice.client.get(f"/api/v1/flags/{bare.id}/").json()["screen_url"] is None
    assert alice.client.get(f"/api/v1/flags/{bare.id}/screen.jpg").status_code == 404

"""A bad network in a real browser: a minute without a line, a crash, a slow line, and another device."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.browser import browser_with_camera, hide_tab, show_tab
from tests.flows.fake_camera import write_mjpeg
from tests.flows.line import Line, line_to
from tests.flows.server import Server, serving
from tests.flows.test_check_in import link_for
from tests.flows.test_one_exam import NAME, create_exam, join, register, seconds_left, start, submit
from tests.pages.looking import axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

ONE_FACE_S = 12
LIMIT_MS = 120_000
# A picture takes three seconds here.
SLOW_BITS_PER_S = 24_000
# One picture is kept every five seconds: twelve of them are the minute that the line was away.
KEPT_IN_A_MINUTE = 12
KEPT = """async () => {
  const count = (name, store) => new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const counting = request.result.transaction(store).objectStore(store).count();
      counting.onsuccess = () => { request.result.close(); resolve(counting.result); };
    };
  });
  return { frames: await count("invigil-frames", "frames"), events: await count("invigil", "events") };
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server"), models_dir=models_dir) as running:
        yield running


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    with line_to(server.url) as running:
        yield running


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Iterator[Browser]:
    story = data_dir / "scenarios" / "exam_story.mp4"
    film = write_mjpeg(story, tmp_path_factory.mktemp("film") / "camera.mjpeg", to_s=ONE_FACE_S)
    with browser_with_camera(film) as running:
        yield running


@pytest.fixture(scope="module")
def examiner(server: Server, browser: Browser) -> Page:
    page = browser.new_context(base_url=server.url).new_page()
    register(page)
    create_exam(page)
    return page


@pytest.fixture
def candidate(server: Server, line: Line, browser: Browser, examiner: Page) -> Iterator[Page]:
    """Somebody in the exam, on a line of their own."""
    link = link_for(examiner, f"s-{line.url.rpartition(':')[2]}").replace(server.url, line.url)
    context = browser.new_context(base_url=line.url)
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    join(page, link)
    start(page)
    page.evaluate("link => { window.invitation = link; }", link)
    yield page
    context.close()


def test_a_minute_without_a_line_loses_nothing(server: Server, line: Line, candidate: Page) -> None:
    line.cut()
    expect(candidate.get_by_text("nothing is lost")).to_be_visible()
    leave_and_come_back(candidate, times=3)
    await_kept(candidate, f"frames >= {KEPT_IN_A_MINUTE}")
    assert kept(candidate)["events"] >= 6
    line.mend()
    await_kept(candidate, "frames === 0 && kept.events === 0")
    session = session_of(candidate)
    late = arrived_late(server, session)
    assert len(late) >= KEPT_IN_A_MINUTE
    assert [events_named(server, session, name) for name in ("tab_hidden", "tab_visible")] == [3, 3]
    assert numbers(server, session) == list(range(1, len(numbers(server, session)) + 1))

    again = comes_back_after_a_crash(candidate, line)
    await_kept(again, "frames === 0 && kept.events === 0")
    assert len(arrived_late(server, session)) > len(late)
    submit(again)
    assert kept(again) == {"frames": 0, "events": 0}


def test_a_slow_line_gets_fewer_pictures_and_every_fact(server: Server, line: Line, candidate: Page) -> None:
    line.up_bits_per_s = SLOW_BITS_PER_S
    expect(candidate.get_by_text("Slow connection")).to_be_visible(timeout=LIMIT_MS)
    leave_and_come_back(candidate, times=5)
    await_kept(candidate, "events === 0")
    assert events_named(server, session_of(candidate), "tab_hidden") == 5


def test_another_device_goes_on_and_the_first_may_come_back(
    server: Server, line: Line, browser: Browser, candidate: Page
) -> None:
    before_s, session = seconds_left(candidate), session_of(candidate)
    elsewhere = browser.new_context(base_url=line.url)
    second = elsewhere.new_page()
    second.goto(candidate.evaluate("window.invitation"))
    expect(second.get_by_text("moves it to this browser")).to_be_visible()
    assert axe_violations(second) == []
    second.get_by_role("button", name=f"Continue as {NAME}").click()
    expect(second.get_by_role("timer")).to_have_text(re.compile(r"\d+:\d\d"))
    assert before_s - 60 < seconds_left(second) <= before_s

    expect(candidate.get_by_text("opened in another window or on another device")).to_be_visible()
    candidate.get_by_role("button", name="Continue here").click()
    expect(candidate.get_by_role("heading", name="This exam continues on another device")).to_be_visible()
    assert axe_violations(candidate) == []
    candidate.get_by_role("button", name="Continue here").click()
    expect(candidate.get_by_role("timer")).to_have_text(re.compile(r"\d+:\d\d"))
    expect(second.get_by_text("opened in another window or on another device")).to_be_visible()
    elsewhere.close()
    submit(candidate)
    moved = "select count(*) from accounts_auditentry where action = 'session.moved'"
    assert rows(server, moved) == [(2,)]
    assert server_notes(server, session, "device_changed") == 2


def leave_and_come_back(page: Page, *, times: int) -> None:
    for _ in range(times):
        hide_tab(page)
        show_tab(page)


def kept(page: Page) -> dict[str, int]:
    found: dict[str, int] = page.evaluate(KEPT)
    return found


def await_kept(page: Page, condition: str) -> None:
    """Asked again until it holds."""
    page.evaluate(f"window.lookAtKept = {KEPT}")
    page.evaluate(
        f"async () => {{ for (;;) {{ const kept = await window.lookAtKept(); if (kept.{condition}) return;"
        " await new Promise((resolve) => setTimeout(resolve, 250)); } }"
    )


def comes_back_after_a_crash(page: Page, line: Line) -> Page:
    """The page is gone in the middle of a time without a line; the address opens the same sitting again."""
    before_s, address = seconds_left(page), page.url
    line.cut()
    await_kept(page, "frames >= 1")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    line.mend()
    again.goto(address)
    expect(again.get_by_role("timer")).to_have_text(re.compile(r"\d+:\d\d"))
    assert before_s - 60 < seconds_left(again) <= before_s
    return again


def session_of(page: Page) -> str:
    found = re.search(r"/room/([0-9a-f-]{36})/", page.url)
    assert found is not None
    return found[1].replace("-", "")


def rows(server: Server, query: str, *values: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{server.var_dir}/invigil.sqlite3?mode=ro", uri=True)) as database:
        return database.execute(query, values).fetchall()


def arrived_late(server: Server, session: str) -> list[Any]:
    """Number and time of the pictures that came later: each once, in the order in which they were taken."""
    late = rows(
        server,
        "select seq, t_ms from proctoring_observation "
        "where session_id = ? and stream = 'video' and is_late order by seq",
        session,
    )
    assert late == sorted(set(late))
    assert [t_ms for _seq, t_ms in late] == sorted(t_ms for _seq, t_ms in late)
    return late


def numbers(server: Server, session: str) -> list[int]:
    query = "select seq from proctoring_observation where session_id = ? and stream = 'browser' order by seq"
    return [seq for (seq,) in rows(server, query, session)]


def events_named(server: Server, session: str, name: str) -> int:
    return _noted(server, session, "browser", name)


def server_notes(server: Server, session: str, name: str) -> int:
    return _noted(server, session, "server", name)


def _noted(server: Server, session: str, stream: str, name: str) -> int:
    query = (
        "select count(*) from proctoring_observation "
        "where session_id = ? and stream = ? and json_extract(record, '$.ev') = ?"
    )
    return int(rows(server, query, session, stream, name)[0][0])

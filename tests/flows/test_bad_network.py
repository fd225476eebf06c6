"""A bad network in a real browser: a minute without a line, and a crash."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows.browser import browser_with_camera, hide_tab, show_tab
from tests.flows.fake_camera import write_mjpeg
from tests.flows.line import Line, line_to
from tests.flows.server import Server, serving
from tests.flows.test_one_exam import add_candidate, create_exam, join, register, seconds_left, start, submit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

ONE_FACE_S = 12
LIMIT_MS = 120_000
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


@pytest.fixture
def server(tmp_path: Path, models_dir: Path) -> Iterator[Server]:
    with serving(tmp_path, models_dir=models_dir) as running:
        yield running


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    with line_to(server.url) as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path, data_dir: Path) -> Iterator[Browser]:
    story = data_dir / "scenarios" / "exam_story.mp4"
    with browser_with_camera(write_mjpeg(story, tmp_path / "camera.mjpeg", to_s=ONE_FACE_S)) as running:
        yield running


def test_a_minute_without_a_line_loses_nothing(server: Server, line: Line, browser: Browser) -> None:
    link = invited(server, browser).replace(server.url, line.url)
    context = browser.new_context(base_url=line.url)
    candidate = context.new_page()
    candidate.set_default_timeout(LIMIT_MS)
    join(candidate, link)
    start(candidate)

    line.cut()
    expect(candidate.get_by_text("nothing is lost")).to_be_visible()
    leave_and_come_back(candidate, times=3)
    await_kept(candidate, f"frames >= {KEPT_IN_A_MINUTE}")
    assert kept(candidate)["events"] >= 6
    line.mend()
    await_kept(candidate, "frames === 0 && kept.events === 0")
    late = arrived_late(server)
    assert len(late) >= KEPT_IN_A_MINUTE
    assert events_named(server, "tab_hidden") == events_named(server, "tab_visible") == 3
    assert numbers(server, "browser") == list(range(1, len(numbers(server, "browser")) + 1))

    candidate = comes_back_after_a_crash(context, candidate, line)
    await_kept(candidate, "frames === 0 && kept.events === 0")
    assert len(arrived_late(server)) > len(late)

    submit(candidate)
    assert kept(candidate) == {"frames": 0, "events": 0}


def invited(server: Server, browser: Browser) -> str:
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam(examiner)
    return add_candidate(examiner)


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


def comes_back_after_a_crash(context: BrowserContext, page: Page, line: Line) -> Page:
    """The page is gone in the middle of a time without a line; the address opens the same sitting again."""
    before_s, address = seconds_left(page), page.url
    line.cut()
    await_kept(page, "frames >= 1")
    again = context.new_page()
    page.close(run_before_unload=False)
    line.mend()
    again.goto(address)
    expect(again.get_by_role("timer")).to_have_text(re.compile(r"\d+:\d\d"))
    assert before_s - 60 < seconds_left(again) <= before_s
    return again


def rows(server: Server, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{server.var_dir}/invigil.sqlite3?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def arrived_late(server: Server) -> list[Any]:
    late = rows(
        server,
        "select seq, t_ms from proctoring_observation where stream = 'video' and is_late order by seq",
    )
    assert late == sorted(set(late))
    assert [t_ms for _seq, t_ms in late] == sorted(t_ms for _seq, t_ms in late)
    return late


def numbers(server: Server, stream: str) -> list[int]:
    query = f"select seq from proctoring_observation where stream = '{stream}' order by seq"
    return [seq for (seq,) in rows(server, query)]


def events_named(server: Server, name: str) -> int:
    (count,) = rows(
        server,
        "select count(*) from proctoring_observation where stream = 'browser' "
        f"and json_extract(record, '$.ev') = '{name}'",
    )[0]
    return int(count)

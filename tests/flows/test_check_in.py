"""Cameras that do not come, and one that goes: each says what helps, and nobody ends before a closed door."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.flows.browser import browser_with_camera
from tests.flows.fake_camera import write_mjpeg
from tests.flows.server import Server, serving
from tests.flows.test_one_exam import CHECK_LIMIT_MS, NAME, create_exam, join, register, start
from tests.pages.looking import axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

ONE_FACE_S = 12
LOOKS, LOOK_EVERY_MS = 240, 250
# The first requests for a camera are refused as a browser refuses them; later ones are the browser's own.
REFUSE = """([reason, times]) => {
  const camera = navigator.mediaDevices;
  const real = camera.getUserMedia.bind(camera);
  let left = times;
  const refused = () => Promise.reject(new DOMException("refused", reason));
  camera.getUserMedia = (wishes) => (left-- > 0 ? refused() : real(wishes));
}"""
# A camera that is unplugged: its track is over, and says so.
UNPLUG = """() => {
  const track = document.querySelector("video").srcObject.getVideoTracks()[0];
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server"), models_dir=models_dir) as running:
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
def context(server: Server, browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=server.url)
    yield opened
    opened.close()


def link_for(examiner: Page, number: str) -> str:
    examiner.get_by_label("Student number or id").fill(number)
    examiner.get_by_label("Name", exact=True).fill(NAME)
    examiner.get_by_role("button", name="Add", exact=True).click()
    row = examiner.get_by_role("row").filter(has_text=number)
    link = row.get_by_role("button", name=re.compile("Copy link")).get_attribute("data-copy")
    assert link is not None
    return link


def opened_with(context: BrowserContext, link: str, *, reason: str, times: int) -> Page:
    page = context.new_page()
    page.add_init_script(f"({REFUSE})({[reason, times]})")
    join(page, link)
    return page


@pytest.mark.parametrize(
    ("reason", "words", "fix"),
    [
        ("NotAllowedError", "The camera is not allowed", "left of the address"),
        ("NotFoundError", "No camera was found", "Plug in a camera"),
        ("NotReadableError", "The camera is busy", "Close video calls"),
    ],
)
def test_a_camera_that_does_not_come_says_why_and_comes_when_it_is_mended(
    examiner: Page, context: BrowserContext, reason: str, words: str, fix: str
) -> None:
    page = opened_with(context, link_for(examiner, f"n-{reason}"), reason=reason, times=1)
    problem = page.get_by_role("alert").filter(has_text=words)
    expect(problem).to_contain_text(fix)
    assert axe_violations(page) == []
    expect(page.get_by_role("button", name="Start the exam")).to_be_disabled()
    expect(page.get_by_text("as soon as the camera is on")).to_be_visible()
    problem.get_by_role("button", name="Try again").click()
    expect(problem).to_have_count(0)
    expect(page.get_by_role("button", name="Start the exam")).to_be_enabled(timeout=CHECK_LIMIT_MS)


def test_without_any_camera_a_person_checks(server: Server, examiner: Page, context: BrowserContext) -> None:
    page = opened_with(context, link_for(examiner, "none"), reason="NotFoundError", times=1000)
    expect(page.get_by_text("You need not wait for a program")).to_be_visible()
    page.get_by_role("button", name="Continue anyway").click()
    expect(page.get_by_role("timer")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="No camera was found")).to_be_visible()
    assert rows(
        server, "select count(*) from exams_session where without_baseline and state = 'running'"
    ) == [(1,)]


def test_a_camera_lost_midway_is_told_and_comes_back(
    server: Server, examiner: Page, context: BrowserContext
) -> None:
    page = context.new_page()
    join(page, link_for(examiner, "lost"))
    start(page)
    page.evaluate(UNPLUG)
    problem = page.get_by_role("alert").filter(has_text="The camera stopped")
    expect(problem).to_contain_text("Your exam goes on meanwhile")
    problem.get_by_role("button", name="Try again").click()
    expect(problem).to_have_count(0)
    expect(page.get_by_text("Camera on")).to_be_visible()
    number = re.search(r"/room/([0-9a-f-]{36})/", page.url)
    assert number is not None
    query = (
        "select json_extract(record, '$.ev') from proctoring_observation "
        f"where session_id = '{number[1].replace('-', '')}' and stream = 'browser' "
        "and json_extract(record, '$.ev') in ('camera_lost', 'camera_back') order by seq"
    )
    await_rows(page, server, query, [("camera_lost",), ("camera_back",)])


def test_a_practice_run_helps_and_stores_nothing(
    server: Server, examiner: Page, context: BrowserContext
) -> None:
    link = link_for(examiner, "practice")
    page = context.new_page()
    page.goto(link)
    assert axe_violations(page) == []
    before = counts(server)
    page.get_by_role("link", name="try your camera and your connection").click()
    begin = page.get_by_role("button", name="Begin the practice run")
    expect(begin).to_be_visible()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    begin.click()
    expect(page.get_by_text("We can see you clearly")).to_be_visible(timeout=CHECK_LIMIT_MS)
    page.get_by_text("Your device").click()
    expect(page.get_by_text("Your connection is")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("link", name="Back to your invitation").click()
    expect(page.get_by_role("button", name=f"Continue as {NAME}")).to_be_visible()
    assert counts(server) == before


def counts(server: Server) -> dict[str, int]:
    """Of every table but the browsers' own sessions, where the form's token lives."""
    tables = [name for (name,) in rows(server, "select name from sqlite_master where type = 'table'")]
    kept = [name for name in tables if name not in ("django_session", "sqlite_sequence")]
    return {name: rows(server, f"select count(*) from {name}")[0][0] for name in kept}


def await_rows(page: Page, server: Server, query: str, wanted: list[Any]) -> None:
    """Asked again until the server has them; a browser on a busy machine takes its time."""
    for _ in range(LOOKS):
        if rows(server, query) == wanted:
            return
        page.wait_for_timeout(LOOK_EVERY_MS)
    assert rows(server, query) == wanted


def rows(server: Server, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{server.var_dir}/invigil.sqlite3?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()

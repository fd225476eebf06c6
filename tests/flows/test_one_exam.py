"""One proctored exam in real browsers: registration, link, consent, camera, flags as they happen, report."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.conftest import PASSWORD
from tests.flows.browser import browser_with_camera, hide_tab, show_tab
from tests.flows.fake_camera import write_mjpeg
from tests.flows.server import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

TITLE = "Logic I, final"
NAME = "Dana Candidate"
CHECK_LIMIT_MS = 60_000
STORY_LIMIT_MS = 100_000


@pytest.fixture
def server(tmp_path: Path, models_dir: Path) -> Iterator[Server]:
    with serving(tmp_path, models_dir=models_dir) as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path, data_dir: Path) -> Iterator[Browser]:
    film = write_mjpeg(data_dir / "scenarios" / "exam_story.mp4", tmp_path / "camera.mjpeg")
    with browser_with_camera(film) as running:
        yield running


def test_an_exam_from_registration_to_report(server: Server, browser: Browser) -> None:
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam(examiner)
    link = add_candidate(examiner)

    candidate = browser.new_context(base_url=server.url).new_page()
    join(candidate, link)
    start(candidate)

    examiner.get_by_role("link", name="Live wall").click()
    sees_flag_on_the_wall(examiner, "No face")
    sees_flag_on_the_wall(examiner, "Several faces")

    hide_tab(candidate)
    sees_flag_on_the_wall(examiner, "Left the exam")
    show_tab(candidate)
    goes_on_after_a_reload(candidate)

    open_session(examiner)
    sees_snapshots(examiner)
    submit(candidate)
    report = opens_the_report(examiner)
    for words in (NAME, TITLE, "No face", "Several faces", "Left the exam", "Integrity"):
        assert re.search(words, report, re.IGNORECASE), words

    opens_no_more(browser, server, link, withdrawn=withdrawn_link(examiner))


def register(page: Page) -> None:
    page.goto("/register/")
    page.get_by_label("Institution").fill("North")
    page.get_by_label("Your name").fill("Alice")
    page.get_by_label("Email address").fill("alice@north.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def create_exam(page: Page, *, recording: str = "none") -> None:
    page.goto("/exams/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Time allowed, in minutes").fill("30")
    page.get_by_label("Record video").select_option(recording)
    page.get_by_label("Instructions").fill("Answer all questions.")
    page.get_by_role("button", name="Create exam").click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()


def add_candidate(page: Page) -> str:
    page.get_by_label("Student number or id").fill("s-1")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_role("button", name="Add", exact=True).click()
    link = page.get_by_role("button", name=re.compile("Copy link")).get_attribute("data-copy")
    assert link is not None
    return link


def join(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name=f"Continue as {NAME}").click()
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Agree and go on").click()


def start(page: Page) -> None:
    button = page.get_by_role("button", name="Start the exam")
    expect(button).to_be_enabled(timeout=CHECK_LIMIT_MS)
    button.click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"29:\d\d|30:00"))


def sees_flag_on_the_wall(page: Page, words: str) -> None:
    tile = page.get_by_role("listitem").filter(has_text=NAME)
    expect(tile).to_contain_text(re.compile(words, re.IGNORECASE), timeout=STORY_LIMIT_MS)
    shows_a_picture(tile.locator(".wall-newest img"))


def open_session(page: Page) -> None:
    """From the wall, by the tile's own address, as in a new tab: a plain click opens the panel."""
    address = page.get_by_role("link", name=re.compile(NAME)).get_attribute("href")
    assert address is not None
    page.goto(address)


def sees_snapshots(page: Page) -> None:
    for words in ("No face", "Several faces"):
        flag = page.locator(".flag-card", has_text=re.compile(words, re.IGNORECASE)).first
        shows_a_picture(flag.locator("img"))


def shows_a_picture(picture: Locator) -> None:
    """Asked again until it holds: a live page may just be drawing the next picture."""
    picture.scroll_into_view_if_needed()
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def goes_on_after_a_reload(page: Page) -> None:
    before = seconds_left(page)
    page.reload()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"\d+:\d\d"))
    after = seconds_left(page)
    assert before - 30 < after <= before
    expect(page.get_by_text("Answer all questions.")).to_be_visible()


def seconds_left(page: Page) -> int:
    minutes, seconds = re.search(r"(\d+):(\d\d)", page.get_by_role("timer").inner_text()).groups()  # type: ignore[union-attr]
    return int(minutes) * 60 + int(seconds)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.wait_for_url("**/thanks/")


def opens_the_report(page: Page) -> str:
    link = page.get_by_role("link", name=re.compile("PDF"))
    expect(link).to_be_visible(timeout=60_000)
    address = link.get_attribute("href")
    assert address is not None
    answer = page.request.get(address)
    assert answer.status == 200
    reader = PdfReader(BytesIO(answer.body()))
    return "\n".join(sheet.extract_text() for sheet in reader.pages)


def withdrawn_link(page: Page) -> str:
    page.goto("/exams/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("Student number or id").fill("s-2")
    page.get_by_label("Name", exact=True).fill("Second Candidate")
    page.get_by_role("button", name="Add", exact=True).click()
    link = page.get_by_role("button", name=re.compile("Copy link")).get_attribute("data-copy")
    assert link is not None
    page.get_by_role("link", name=re.compile("Withdraw link")).click()
    page.get_by_role("button", name=re.compile("Withdraw")).click()
    return link


def opens_no_more(browser: Browser, server: Server, used: str, *, withdrawn: str) -> None:
    """A link that was used or withdrawn, one that never was ours, and a foreign seat answer in words."""
    stranger = browser.new_context(base_url=server.url).new_page()
    room = f"/room/{'0' * 8}-0000-4000-8000-{'0' * 12}/"
    for address, status, words in (
        (used, 410, "finished"),
        (withdrawn, 410, "withdrawn"),
        ("/join/not-a-link-of-ours/", 404, "do not know this link"),
        (room, 404, "holds no seat"),
    ):
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == status
        expect(stranger.get_by_role("main")).to_contain_text(words)

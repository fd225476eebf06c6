"""An exam that follows eyes, in a real browser: points, a bad fit refused in words, and going on without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.flows.browser import browser_with_camera
from tests.flows.fake_camera import write_mjpeg
from tests.flows.server import Server
from tests.flows.test_one_exam import CHECK_LIMIT_MS, TITLE, add_candidate, join, register, start

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

WALK_LIMIT_MS = 120_000
# Points last a second; what was shown is noted in the page, so that a busy machine misses none.
NOTE_POINTS = """() => {
  window.shownPoints = [];
  new MutationObserver(() => {
    const words = document.querySelector("dialog.gaze-points[open] [role=status]")?.textContent ?? "";
    if (words !== "" && window.shownPoints.at(-1) !== words) window.shownPoints.push(words);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


@pytest.fixture
def browser(tmp_path: Path, data_dir: Path) -> Iterator[Browser]:
    """One person who looks about as it pleases, whatever the page shows."""
    story = data_dir / "scenarios" / "exam_story.mp4"
    with browser_with_camera(write_mjpeg(story, tmp_path / "camera.mjpeg", to_s=12)) as running:
        yield running


@pytest.fixture
def candidate(server: Server, browser: Browser) -> Page:
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam_that_follows_eyes(examiner)
    link = add_candidate(examiner)
    page = browser.new_context(base_url=server.url).new_page()
    join(page, link)
    expect(step(page).get_by_role("button", name="Begin")).to_be_visible(timeout=CHECK_LIMIT_MS)
    page.evaluate(NOTE_POINTS)
    return page


def test_a_bad_fit_is_refused_in_words_and_the_exam_goes_on_without(candidate: Page) -> None:
    begins = candidate.get_by_role("button", name="Start the exam")
    expect(begins).to_be_disabled()
    expect(candidate.get_by_text("as soon as you go on without them")).to_be_visible()

    step(candidate).get_by_role("button", name="Begin").click()
    is_refused(candidate, points=9)
    step(candidate).get_by_role("button", name="Try with five points").click()
    is_refused(candidate, points=5)
    expect(begins).to_be_disabled()

    step(candidate).get_by_role("button", name="Go on without").click()
    expect(step(candidate)).to_contain_text("not held against you")
    start(candidate)


def test_the_keyboard_alone_begins_and_skips(candidate: Page) -> None:
    expect(step(candidate).get_by_role("button", name="Begin")).to_be_focused()
    candidate.keyboard.press("Enter")
    expect(candidate.get_by_role("dialog", name="Points to look at")).to_be_focused()
    candidate.keyboard.press("Escape")
    expect(step(candidate)).to_contain_text("not held against you")

    expect(step(candidate).get_by_role("button", name="Look at the points after all")).to_be_focused()
    candidate.keyboard.press("Space")
    expect(candidate.get_by_role("dialog", name="Points to look at")).to_be_focused()
    candidate.keyboard.press("Tab")
    candidate.keyboard.press("Enter")
    expect(step(candidate).get_by_role("button", name="Look at the points after all")).to_be_focused()

    candidate.keyboard.press("Tab")
    expect(candidate.get_by_role("button", name="Start the exam")).to_be_focused()
    candidate.keyboard.press("Enter")
    expect(candidate.get_by_role("timer")).to_be_visible()


def create_exam_that_follows_eyes(page: Page) -> None:
    page.goto("/exams/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Time allowed, in minutes").fill("30")
    page.get_by_label("Follow the eyes").check()
    page.get_by_role("button", name="Create exam").click()
    expect(page.get_by_text("Camera, eyes, browser")).to_be_visible()


def step(page: Page) -> Locator:
    return page.get_by_role("region", name="Where your eyes look")


def is_refused(page: Page, *, points: int) -> None:
    """All points were shown one after another, and then it is said why nothing was kept."""
    last = f"Point {points} of {points}"
    page.wait_for_function("last => window.shownPoints.at(-1) === last", arg=last, timeout=WALK_LIMIT_MS)
    alert = step(page).get_by_role("alert")
    expect(alert).to_contain_text("nothing was kept", timeout=WALK_LIMIT_MS)
    shown = page.evaluate("window.shownPoints.splice(0)")
    assert shown == [f"Point {number} of {points}" for number in range(1, points + 1)]

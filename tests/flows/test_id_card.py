"""An exam that asks for an identity card, in a real browser: refused, taken, looked at, decided, deleted."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.flows.browser import browser_with_camera
from tests.flows.fake_camera import write_mjpeg
from tests.flows.server import Server
from tests.flows.test_one_exam import (
    NAME,
    TITLE,
    add_candidate,
    join,
    open_session,
    register,
    shows_a_picture,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

# Whoever does not turn the head has three times ten seconds for each of two turns.
CHECK_LIMIT_MS = 240_000
ANSWER_LIMIT_MS = 60_000
ONE_FACE_S = 13
PHONE_WIDTH_PX = 390


@pytest.fixture
def browser(tmp_path: Path, data_dir: Path) -> Iterator[Browser]:
    story = data_dir / "scenarios" / "exam_story.mp4"
    film = write_mjpeg(story, tmp_path / "camera.mjpeg", to_s=ONE_FACE_S)
    with browser_with_camera(film) as running:
        yield running


def test_a_card_is_asked_for_and_a_person_decides(server: Server, browser: Browser) -> None:
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam_with_card(examiner)
    link = add_candidate(examiner)

    phone = browser.new_context(base_url=server.url, viewport={"width": PHONE_WIDTH_PX, "height": 844})
    candidate = phone.new_page()
    join(candidate, link)
    step = candidate.get_by_role("region", name="Your identity card")
    expect(step).to_be_visible(timeout=CHECK_LIMIT_MS)
    expect(candidate.get_by_role("button", name="Start the exam")).to_be_enabled()

    choose(candidate, b"%PDF-1.7 and no picture")
    expect(step.get_by_role("alert")).to_contain_text("Your browser cannot open this file.")
    choose(candidate, empty_table())
    expect(step.get_by_role("status")).to_contain_text("We found no face", timeout=ANSWER_LIMIT_MS)
    expect(step.get_by_role("alert")).to_have_count(0)

    by_keyboard(candidate, "Photograph it again")
    thanks = "Thank you. A person will look at the picture."
    expect(step.get_by_role("status")).to_have_text(thanks, timeout=ANSWER_LIMIT_MS)
    assert candidate.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH_PX

    candidate.reload()
    expect(step.get_by_role("status")).to_have_text(thanks, timeout=ANSWER_LIMIT_MS)
    by_keyboard(candidate, "Start the exam")
    expect(candidate.get_by_role("timer")).to_be_visible()
    decides(examiner)


def create_exam_with_card(page: Page) -> None:
    page.goto("/exams/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Time allowed, in minutes").fill("30")
    page.get_by_label("Watch whether it is still the same person").check()
    page.get_by_label("Ask for a picture of an identity card").check()
    page.get_by_role("button", name="Create exam").click()
    expect(page.get_by_text("Camera, identity, identity card, browser")).to_be_visible()


def choose(page: Page, content: bytes) -> None:
    file = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": content}
    page.get_by_label("Choose a picture").set_input_files(file)  # type: ignore[arg-type]


def empty_table() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (2400, 1600), (180, 150, 120)).save(target, "JPEG")
    return target.getvalue()


def by_keyboard(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    expect(button).to_be_enabled()
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def decides(page: Page) -> None:
    page.get_by_role("link", name="Live wall").click()
    open_session(page)
    page.get_by_role("link", name="Look at the pictures").click()
    for alternative in (f"The picture that {NAME} took of a card", f"{NAME} at the camera check"):
        shows_a_picture(page.get_by_alt_text(alternative))
    page.set_viewport_size({"width": PHONE_WIDTH_PX, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_WIDTH_PX
    expect(page.get_by_text("The face on the picture is like the one of the camera check")).to_be_visible()
    page.get_by_label("The same person").check()
    page.get_by_label("Reason").fill("The same face on both.")
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("The pictures were deleted on")).to_be_visible()
    expect(page.get_by_text("The same face on both.")).to_be_visible()

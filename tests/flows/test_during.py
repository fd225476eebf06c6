"""During the exam, in a real browser: full screen left, the screen lost, a warning read, a pause."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.server import Server
from tests.flows.test_one_exam import NAME, TITLE, add_candidate, join, register
from tests.pages.looking import axe_violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

WARNING = "Please put your notes away."
# What a person does at the edge of the browser: its own bar, and a key that a page never sees.
STOP_SHARING = """() => {
  const [track] = document.querySelector("room-page").room.screen.stream.getVideoTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""
LEAVE_FULL_SCREEN = "() => document.exitFullscreen()"


def test_what_is_mended_in_time_is_noted_and_not_pointed_out(server: Server, browser: Browser) -> None:
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam(examiner)
    link = add_candidate(examiner)
    candidate = browser.new_context(base_url=server.url).new_page()
    join(candidate, link)
    shares_and_starts(candidate)
    sees_the_screen(examiner)

    leaves_full_screen_and_returns(candidate)
    loses_the_screen_and_shares_it_again(candidate)
    is_warned(examiner, candidate)
    is_paused(examiner, candidate)

    candidate.get_by_role("button", name="Submit").click()
    candidate.get_by_role("button", name="Hand in", exact=True).click()
    candidate.wait_for_url("**/thanks/")
    everything_is_noted(examiner)


def create_exam(page: Page) -> None:
    page.goto("/exams/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Time allowed, in minutes").fill("30")
    page.get_by_label("Instructions").fill("Answer all questions.")
    page.get_by_label("Watch the camera").uncheck()
    page.get_by_label("Watch the screen").check()
    page.get_by_label("Ask for full screen").check()
    page.get_by_role("button", name="Create exam").click()
    expect(page.get_by_text("Screen and browser, no camera")).to_be_visible()


def shares_and_starts(page: Page) -> None:
    begins = page.get_by_role("button", name="Start the exam")
    expect(begins).to_be_disabled()
    is_accessible(page)
    page.get_by_role("button", name="Share my whole screen").click()
    expect(page.get_by_text("Your screen is shared.")).to_be_visible()
    expect(begins).to_be_enabled()
    begins.click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"29:\d\d|30:00"))
    page.wait_for_function("() => document.fullscreenElement !== null")
    expect(page.get_by_text("Screen shared")).to_be_visible()


def sees_the_screen(page: Page) -> None:
    page.get_by_role("link", name="Live wall").click()
    address = page.get_by_role("link", name=re.compile(NAME)).get_attribute("href")
    assert address is not None
    page.goto(address)
    picture = page.request.get(f"{address.rstrip('/')}/screen.jpg")
    while picture.headers["content-type"] != "image/jpeg":
        picture = page.request.get(f"{address.rstrip('/')}/screen.jpg")


def leaves_full_screen_and_returns(page: Page) -> None:
    page.evaluate(LEAVE_FULL_SCREEN)
    back = page.get_by_role("button", name="Return to full screen")
    expect(back).to_be_focused()
    expect(page.get_by_text(re.compile(r"Return within \d+ seconds?"))).to_be_visible()
    is_accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.fullscreenElement !== null")
    expect(back).to_have_count(0)


def loses_the_screen_and_shares_it_again(page: Page) -> None:
    page.evaluate(STOP_SHARING)
    expect(page.get_by_text("Your screen is not shared")).to_be_visible()
    page.get_by_role("button", name="Share the screen").click()
    expect(page.get_by_text("Screen shared")).to_be_visible()
    expect(page.get_by_text("Your screen is not shared")).to_have_count(0)


def is_accessible(page: Page) -> None:
    assert axe_violations(page) == []


@contextmanager
def intervening(examiner: Page) -> Iterator[Page]:
    """A page of its own for each act: the one of the session loads itself anew when a state changes."""
    page = examiner.context.new_page()
    page.goto(f"{examiner.url.rstrip('/')}/intervene/")
    yield page
    page.close()


def is_warned(examiner: Page, candidate: Page) -> None:
    with intervening(examiner) as page:
        page.get_by_label("What the candidate reads").fill(WARNING)
        page.get_by_role("button", name="Show the warning").click()
        expect(page.get_by_text(re.compile("is warned"))).to_be_visible()

    expect(candidate.get_by_role("alert").filter(has_text=WARNING)).to_be_visible()
    candidate.get_by_role("button", name="I have read this").click()
    expect(candidate.get_by_role("alert").filter(has_text=WARNING)).to_have_count(0)
    candidate.get_by_text("1 message from a proctor").click()
    is_accessible(candidate)
    expect(candidate.locator(".told-list")).to_contain_text(WARNING)


def is_paused(examiner: Page, candidate: Page) -> None:
    with intervening(examiner) as page:
        page.get_by_role("button", name="Pause the sitting").click()
        expect(candidate.get_by_role("heading", name="The exam is paused")).to_be_visible()
    expect(candidate.get_by_text("A proctor of your institution paused it at")).to_be_visible()
    # Nobody is watched in a pause: full screen may be left.
    candidate.evaluate(LEAVE_FULL_SCREEN)
    candidate.wait_for_function("() => document.fullscreenElement === null")
    with intervening(examiner) as page:
        page.get_by_role("button", name="Let it go on", exact=True).click()
        expect(candidate.get_by_role("button", name="Return to full screen")).to_be_focused()
    candidate.keyboard.press("Enter")
    candidate.wait_for_function("() => document.fullscreenElement !== null")


def everything_is_noted(examiner: Page) -> None:
    page = examiner.context.new_page()
    page.goto(examiner.url)
    for words in (
        "Shares the screen",
        "Left full screen",
        "Entered full screen",
        "Stopped sharing the screen",
        "Shares the screen again",
        "Said that a warning was read",
    ):
        expect(page.get_by_role("cell", name=words, exact=True).first).to_be_visible()
    expect(page.locator(".flag-card")).to_have_count(0)

"""An accommodation in real browsers: granted by an examiner, read by the candidate, a break taken."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.server import Server
from tests.flows.test_console import create_exam_without_camera
from tests.flows.test_one_exam import NAME, TITLE, add_candidate, register

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]


def test_more_time_and_a_break_from_the_grant_to_the_session_page(server: Server, browser: Browser) -> None:
    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam_without_camera(examiner)
    link = add_candidate(examiner)
    grant(examiner)

    candidate = browser.new_context(base_url=server.url).new_page()
    candidate.goto(link)
    candidate.get_by_role("button", name=f"Continue as {NAME}").click()
    expect(candidate.get_by_text("What is not watched for you")).to_be_visible()
    expect(candidate.get_by_text("Copy, cut, paste and right click.")).to_be_visible()
    candidate.get_by_label("I have read this").check()
    candidate.get_by_role("button", name="Agree and go on").click()
    candidate.get_by_role("button", name="Start the exam").click()
    # 30 minutes and a quarter of them, which is made whole.
    expect(candidate.get_by_role("timer")).to_have_text(re.compile(r"37:\d\d|38:00"))
    takes_the_break(candidate)

    examiner.get_by_role("link", name=TITLE).last.click()
    expect(examiner.get_by_text("The candidate took a break")).to_be_visible()
    adjusted = "Adjusted for this candidate: 8 minutes more; 1 break of at most 5 min; these rules were off"
    expect(examiner.get_by_text(adjusted)).to_be_visible()


def grant(page: Page) -> None:
    page.get_by_role("link", name=f"Allowances of {NAME}").click()
    page.get_by_label("Or in per cent of the exam’s time").fill("25")
    page.get_by_label("Breaks").fill("1")
    page.get_by_label("Minutes of each break, at most").fill("5")
    page.get_by_label("Copy, cut, paste and right click").select_option(label="Not watched")
    page.get_by_label("Reason").fill("Agreed with the disability office.")
    page.get_by_role("button", name="Grant it").click()
    expect(page.get_by_text("25 % more time")).to_be_visible()


def takes_the_break(page: Page) -> None:
    page.get_by_role("button", name="Take a break (1 left)").click()
    page.get_by_role("button", name="Begin the break").click()
    expect(page.get_by_role("heading", name="You are taking a break")).to_be_visible()
    page.get_by_role("button", name="Go on with the exam").click()
    expect(page.get_by_text("No break left")).to_be_visible()
    expect(page.get_by_role("heading", name="You are taking a break")).to_have_count(0)

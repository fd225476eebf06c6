"""Two proctors and one candidate: a call for a person, chat both ways, a warning, a pause and an end."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PASSWORD
from tests.flows.server import Server
from tests.flows.test_one_exam import NAME, TITLE, add_candidate, join, register

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]

MARKUP = "<img src=x onerror=window.broken=1> May I leave?"


def test_two_proctors_and_a_candidate_who_asks_for_a_person(server: Server, browser: Browser) -> None:
    alice, ben, candidate = (browser.new_context(base_url=server.url).new_page() for _ in range(3))
    register(alice)
    create_exam_without_camera(alice)
    link = add_candidate(alice)
    exam = alice.url
    adds_ben(alice, ben)

    join(candidate, link)
    asks_for_a_person(candidate)
    expect(candidate.get_by_text("Nobody is here right now. Your call")).to_be_visible()
    candidate.get_by_role("button", name="Start the exam").click()

    for page in (alice, ben):
        page.goto(f"{exam}wall/")
        expect(page.get_by_role("heading", name="1 candidate asks for a person")).to_be_visible()
    expect(alice.get_by_text("Also watching: Ben")).to_be_visible()

    opens_by_keyboard(alice)
    expect(ben.get_by_text("Looked at by Alice")).to_be_visible()
    writes(alice, "Write to the candidate", "I am here.")
    expect(candidate.locator(".chat-line", has_text="I am here.")).to_be_visible()
    expect(ben.get_by_role("heading", name="1 candidate asks for a person")).to_have_count(0)
    expect(ben.get_by_text(f"Alice answered {NAME}.")).to_be_visible()

    writes_without_a_line(candidate)
    for page in (alice, opens_by_keyboard(ben)):
        expect(page.locator(".chat-text", has_text=MARKUP)).to_have_count(1)
        assert page.evaluate("window.broken") is None

    ben.get_by_text("Warn", exact=True).click()
    ben.get_by_label("What the candidate reads").fill("Please stay at your desk.")
    ben.get_by_role("button", name="Show the warning").click()
    expect(candidate.get_by_text("Please stay at your desk.").first).to_be_visible()

    ben.get_by_role("button", name="Pause", exact=True).click()
    expect(candidate.get_by_text("The exam is paused")).to_be_visible()
    expect(alice.get_by_text(f"Ben paused {NAME}.")).to_be_visible()
    alice.reload()
    expect(alice.get_by_text(f"Ben paused {NAME}.")).to_be_visible()

    terminates(ben)
    candidate.wait_for_url("**/thanks/")
    expect(alice.get_by_role("listitem").filter(has_text=NAME).get_by_text("Terminated")).to_be_visible()
    finds_everything_on_record(alice)


def create_exam_without_camera(page: Page) -> None:
    page.goto("/exams/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Time allowed, in minutes").fill("30")
    page.get_by_label("Watch the camera").uncheck()
    page.get_by_role("button", name="Create exam").click()
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()


def adds_ben(alice: Page, ben: Page) -> None:
    alice.goto("/settings/members/")
    alice.get_by_label("Email address").fill("ben@north.example")
    alice.get_by_label("Role", exact=True).select_option("proctor")
    alice.get_by_role("button", name=re.compile("Invite")).click()
    address = alice.get_by_role("button", name=re.compile("Copy")).get_attribute("data-copy")
    assert address is not None
    ben.goto(address)
    ben.get_by_label("Your name").fill("Ben")
    ben.get_by_label("Password").fill(PASSWORD)
    ben.get_by_role("button", name="Join", exact=True).click()
    expect(ben.get_by_role("link", name="Exams")).to_be_visible()


def asks_for_a_person(page: Page) -> None:
    page.get_by_role("button", name="Ask a person").press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.get_by_role("button", name="Call a proctor").click()


def opens_by_keyboard(page: Page) -> Page:
    page.get_by_role("link", name=NAME).press("Enter")
    expect(page.get_by_role("heading", name=NAME)).to_be_focused()
    return page


def writes(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).fill(text)
    page.get_by_label(label).press("Enter")


def writes_without_a_line(candidate: Page) -> None:
    """Kept over a lost line and sent once it is back: it is there once."""
    candidate.context.set_offline(True)
    writes(candidate, "Your message", MARKUP)
    candidate.context.set_offline(False)
    expect(candidate.locator(".chat-line", has_text=MARKUP)).to_have_count(1)
    expect(candidate.get_by_text("Waits to be sent")).to_have_count(0)


def terminates(page: Page) -> None:
    page.get_by_role("button", name="Terminate…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Somebody else sat down.")
    dialog.get_by_role("button", name="Terminate the exam").click()
    expect(dialog).to_have_count(0)


def finds_everything_on_record(alice: Page) -> None:
    alice.goto("/settings/audit/")
    for words in (
        "Asked for a person",
        "Answered a candidate",
        "Wrote to a candidate",
        "Warned a candidate",
        "Paused a sitting",
        "Terminated a sitting",
    ):
        expect(alice.get_by_role("row").filter(has_text=words).first).to_be_visible()

"""The session page in Chromium, by keyboard: a flag is looked at and decided on, and no policy is broken."""

import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connection
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts import services as accounts
from accounts.tenancy import tenant_scope
from exams.models import Session
from proctoring.models import Flag, Verdict
from tests.conftest import PASSWORD
from tests.factories import make_exam, make_running_session
from tests.flows.browser import FLAGS, chromium_path
from tests.proctoring.session_rows import make_event, make_evidence, make_flag, make_risk, make_score

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.embedded_only,
    pytest.mark.django_db(transaction=True),
]

REPORT_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", event => window.violations.push(event.violatedDirective), true);
"""

NOTE_FOCUS_AFTER_SWAP = """
window.focused = [];
addEventListener("htmx:afterSwap", () => queueMicrotask(noteFocus));
function noteFocus() { window.focused.push(document.activeElement.id); }
"""


@dataclass(frozen=True, slots=True)
class Watched:
    institution_id: uuid.UUID
    session: Session
    first: Flag
    second: Flag


@pytest.fixture
def watched() -> Watched:
    owner = accounts.register_institution(name="North", email="alice@north.example", password=PASSWORD)
    with tenant_scope(owner.institution_id):
        session = make_running_session(make_exam(title="Logic I"))
        make_risk(session, covered_seconds=1)
        first = make_flag(session, end_ms=22_000, is_open=False)
        make_evidence(first)
        second = make_flag(session, rule="PASTE", label="Pasted text", severity="info", t_ms=30_000)
        make_event(session, 1, 5_000, "tab_hidden")
        for second_of in range(40):
            make_score(session, second_of + 1, second_of * 1000, 8_000 if second_of > 16 else 0)
    return Watched(owner.institution_id, session, first, second)


@pytest.fixture
def page(watched: Watched, live_server: LiveServer) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_context(base_url=live_server.url).new_page()
        page.add_init_script(REPORT_VIOLATIONS)
        page.goto("/login/")
        page.get_by_label("Email address").fill("alice@north.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/exams/")
        yield page
        browser.close()


def test_a_flag_is_decided_on_by_keyboard(watched: Watched, page: Page) -> None:
    page.goto(f"/sessions/{watched.session.id}/")
    expect(page.locator(".curve-mark")).to_have_count(2)

    page.locator(f"#flag-{watched.second.id}").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_contain_text("Pasted text")
    page.keyboard.press("ArrowLeft")
    expect(dialog.get_by_role("heading", level=2)).to_contain_text("No face seen")
    expect(dialog.locator("figure img")).to_have_js_property("naturalWidth", 640)

    dialog.get_by_role("button", name="Save the decision").press("Enter")
    expect(dialog.get_by_text("Choose a decision from the list.")).to_be_visible()
    dialog.get_by_label("Dismissed").press("Space")
    dialog.get_by_label("Reason").fill("A pen.")
    dialog.get_by_role("button", name="Save the decision").press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("Your decision is saved.")

    page.keyboard.press("Escape")
    expect(page.locator(f"#flag-{watched.second.id}")).to_be_focused()
    expect(page.locator(f"#flag-{watched.first.id}")).to_contain_text("Dismissed by alice@north.example")
    assert page.evaluate("window.violations") == []
    assert [decision for (decision,) in _verdicts(watched)] == ["dismissed"]


def test_the_focus_moves_with_the_form_and_not_after_it(watched: Watched, page: Page) -> None:
    """A key pressed at once after an answer must not fall on what the page focuses a moment later."""
    page.goto(f"/sessions/{watched.session.id}/")
    page.locator(f"#flag-{watched.first.id}").press("Enter")
    save = page.get_by_role("dialog").get_by_role("button", name="Save the decision")
    expect(save).to_be_visible()
    page.evaluate(NOTE_FOCUS_AFTER_SWAP)

    save.press("Enter")

    expect(page.locator("#decision-error")).to_be_visible()
    assert page.evaluate("window.focused") == ["decision-confirmed"]


def test_the_timeline_is_filtered_in_place(watched: Watched, page: Page) -> None:
    page.goto(f"/sessions/{watched.session.id}/")
    rows = page.locator(".timeline tbody tr")
    expect(rows).to_have_count(3)

    page.get_by_label("Words").fill("tab")

    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(re.compile("Left the exam.s tab"))
    expect(page.get_by_label("Words")).to_be_focused()


def test_the_wall_works_without_its_socket_and_says_so(watched: Watched, page: Page) -> None:
    page.goto(f"/exams/{watched.session.exam_id}/wall/")

    expect(page.get_by_role("listitem")).to_contain_text("Dana Candidate")
    expect(page.get_by_role("alert")).to_contain_text("The connection is lost.")
    page.get_by_role("button", name=re.compile("Finished")).click()
    expect(page.get_by_role("heading", name="Nobody fits")).to_be_visible()
    page.get_by_role("button", name="Show everybody").click()
    page.get_by_role("link", name="Dana Candidate").press("Enter")
    expect(page.get_by_role("heading", name="Dana Candidate")).to_be_focused()
    expect(page.get_by_role("button", name="Give time")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Dana Candidate")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Open the whole page of this sitting").press("Enter")
    page.wait_for_url(f"**/sessions/{watched.session.id}/")
    assert page.evaluate("window.violations") == []


def _verdicts(watched: Watched) -> list[tuple[str]]:
    """Read in another thread: Playwright's loop runs in this one."""

    def read() -> list[tuple[str]]:
        try:
            with tenant_scope(watched.institution_id):
                return list(Verdict.objects.values_list("decision"))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result()

"""A reviewer works the queue by keyboard alone, to a decided sitting and its final report."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import services as accounts
from accounts.tenancy import tenant_scope
from exams.models import Session
from jobs import services as jobs
from proctoring.models import Observation, PastVerdict, Review, Verdict
from reports.models import Report
from tests.conftest import PASSWORD
from tests.flows.browser import chromium
from tests.pages.looking import axe_violations
from tests.proctoring.ended import make_ended
from tests.reports.sittings import add_record, finish, make_sitting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.embedded_only,
    pytest.mark.django_db(transaction=True),
]


@dataclass(frozen=True, slots=True)
class House:
    institution_id: Any
    session: Session

    def ask(self, read: Callable[[], Any]) -> Any:
        """In another thread: Playwright's loop runs in this one."""

        def scoped() -> Any:
            try:
                with tenant_scope(self.institution_id):
                    return read()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(scoped).result()


@pytest.fixture
def house() -> House:
    """A sitting with two moments, and one without any flag."""
    owner = accounts.register_institution(name="North", email="alice@north.example", password=PASSWORD)
    with tenant_scope(owner.institution_id):
        sitting = make_sitting(title="Logic I")
        Observation.objects.filter(session=sitting, stream="browser").delete()
        add_record(sitting, "browser", 1, 18_000, ev="tab_hidden", n=1)
        session = finish(sitting)
        make_ended(name="Cid Clean", recommends="PASS")
    return House(owner.institution_id, session)


@pytest.fixture
def page(house: House, live_server: LiveServer) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_context(base_url=live_server.url).new_page()
        page.goto("/login/")
        page.get_by_label("Email address").fill("alice@north.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/exams/")
        yield page


def test_from_the_queue_to_the_final_report_by_keyboard(house: House, page: Page) -> None:
    take_the_next(house, page)
    judge_both_moments(page)
    decide(page)
    house.ask(jobs.sweep)
    read_the_final_report(house, page)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cid Clean")
    assert house.ask(lambda: sorted(Verdict.objects.values_list("decision", flat=True))) == [
        "dismissed",
        "technical",
    ]
    assert house.ask(lambda: [one.was_taken_back for one in PastVerdict.objects.all()]) == [True]
    assert house.ask(lambda: Review.objects.get(session=house.session).outcome) == "PASS"
    assert house.ask(lambda: Report.objects.filter(session=house.session).first().is_final) is True


def take_the_next(house: House, page: Page) -> None:
    page.goto("/review/")
    expect(page.get_by_role("row")).to_have_count(3)
    assert axe_violations(page) == []
    page.locator("#review-next").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sessions/{house.session.id}/review/")
    expect(page.locator("#review-body")).to_contain_text("You have this sitting.")
    assert axe_violations(page) == []


def judge_both_moments(page: Page) -> None:
    """The first is confirmed, taken back and called technical; the second is dismissed."""
    keys, body, title = page.keyboard, page.locator("#review-body"), page.locator("#moment-title")
    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    keys.press("c")
    expect(page.locator("#verdict-reason")).to_be_focused()
    keys.type("Nobody was there.")
    keys.press("Enter")
    expect(body.get_by_role("status")).to_have_text("Saved for 1 flag: Confirmed.")
    expect(title).to_be_focused()
    expect(title).to_contain_text("tab")

    keys.press("u")
    expect(body.get_by_role("status")).to_have_text("Your last decision is taken back.")
    expect(title).to_contain_text("No face")
    keys.press("t")
    expect(page.locator("#verdict-reason")).to_have_value("Light or camera made it hard to see.")
    keys.press("Enter")
    expect(title).to_contain_text("tab")
    keys.press("d")
    keys.press("Enter")


def decide(page: Page) -> None:
    """A reason is asked for, and the keyboard stays where it is wanted."""
    keys, reason = page.keyboard, page.locator("#outcome-reason")
    expect(page.locator("#decide-title")).to_be_focused()
    assert axe_violations(page) == []
    keys.press("1")
    expect(reason).to_be_focused()
    keys.press("Control+Enter")
    expect(page.locator("#outcome-reason-error")).to_be_visible()
    expect(reason).to_be_focused()
    keys.type("Nothing speaks against it.")
    keys.press("Control+Enter")
    expect(page.locator("#decided-title")).to_be_focused()
    expect(page.locator("#decided-title")).to_have_text("No objection")


def read_the_final_report(house: House, page: Page) -> None:
    link = page.locator("#report-pdf")
    expect(link).to_be_visible()
    assert axe_violations(page) == []
    answer = page.request.get(link.get_attribute("href") or "")
    assert "-final-v" in answer.headers["content-disposition"]
    document = json.loads(page.request.get(f"/sessions/{house.session.id}/report.json").body())
    assert (document["status"], document["decision"]["decided_by"]) == ("final", "alice@north.example")
    assert [one["verdict"]["decision"] for one in document["timeline"]] == ["technical", "dismissed"]
    assert document["confirmed"]["integrity_score"] == 100


def test_what_is_typed_survives_a_network_that_is_away(house: House, page: Page) -> None:
    page.goto(f"/sessions/{house.session.id}/review/")
    page.keyboard.press("d")
    page.keyboard.type("She bent down.")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("#review-trouble")).to_contain_text("This was not saved")
    expect(page.locator("#verdict-reason")).to_have_value("She bent down.")
    expect(page.locator("#verdict-reason")).to_be_focused()
    assert house.ask(Verdict.objects.count) == 0

    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("#review-body").get_by_role("status")).to_contain_text("Saved")
    assert house.ask(lambda: Verdict.objects.get().reason) == "She bent down."

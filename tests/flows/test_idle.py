"""Nobody is at an open page for an hour: it gives way to the sign-in page, and whoever comes is back."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import services as accounts
from accounts.idle import LAST_ACT
from accounts.tenancy import tenant_scope
from accounts.tickets import idle_s
from tests.conftest import PASSWORD
from tests.factories import make_exam
from tests.flows.browser import chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.embedded_only,
    pytest.mark.django_db(transaction=True),
]
EXAM_TITLE = "Logic I"


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    owner = accounts.register_institution(name="North", email="alice@north.example", password=PASSWORD)
    with tenant_scope(owner.institution_id):
        make_exam(title=EXAM_TITLE)
    with chromium() as browser:
        page = browser.new_context(base_url=live_server.url).new_page()
        page.clock.install()
        page.goto("/exams/")
        sign_in(page)
        expect(page.get_by_role("link", name=EXAM_TITLE)).to_be_visible()
        yield page


def sign_in(page: Page) -> None:
    page.get_by_label("Email address").fill("alice@north.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def nobody_was_here(context: BrowserContext) -> None:
    """For an hour, as the server knows it."""
    (cookie,) = [one["value"] for one in context.cookies() if one["name"] == "sessionid"]

    def age() -> None:
        session = SessionStore(cookie)
        session[LAST_ACT] = int(time.time()) - idle_s()
        session.save()
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(age).result()


def test_an_open_page_that_nobody_is_at_asks_to_sign_in_and_comes_back(page: Page) -> None:
    page.goto("/settings/members/")
    nobody_was_here(page.context)
    page.clock.fast_forward((idle_s() + 10) * 1000)
    expect(page).to_have_url(re.compile("/login/"))
    expect(page.get_by_role("status")).to_contain_text("nothing was done here for 60 minutes")
    sign_in(page)
    expect(page).to_have_url(re.compile("/settings/members/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")


def test_whoever_uses_the_page_is_told_of_and_stays(page: Page) -> None:
    page.goto("/settings/members/")
    page.keyboard.press("Tab")
    with page.expect_response("**/here/") as told:
        page.clock.fast_forward(130_000)
    assert (told.value.request.method, told.value.status) == ("POST", 204)


def test_signing_out_leaves_nothing_to_go_back_to(page: Page) -> None:
    page.get_by_role("button", name="North", exact=True).click()
    with page.expect_response("**/logout/") as signed_out:
        page.get_by_role("button", name="Sign out", exact=True).click()
    assert signed_out.value.header_value("clear-site-data") == '"cache"'
    expect(page).to_have_url(re.compile("/login/$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/login/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

"""The platform's admin in Chromium, under our content security policy: nothing of it is refused."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts import operators
from accounts.models import Institution
from tests.accounts.test_passkeys_browser import REPORT_VIOLATIONS
from tests.accounts.test_second_factor import code_of, set_up
from tests.conftest import PASSWORD, Person
from tests.flows.browser import FLAGS, chromium_path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.embedded_only,
    pytest.mark.django_db(transaction=True),
]


def signed_in(charlie: Person) -> str:
    """The session of an operator who came with a second factor."""
    operators.appoint(user=charlie.user)
    secret = set_up(charlie)
    client = Client()
    client.post("/login/", {"email": charlie.user.email, "password": PASSWORD})
    client.post("/login/code/", {"code": code_of(secret)})
    return client.cookies["sessionid"].value


def test_an_institution_is_suspended_in_a_browser(
    live_server: LiveServer, alice: Person, charlie: Person, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.config.platform.urls_with_admin"
    cookie = {"name": "sessionid", "value": signed_in(charlie), "url": live_server.url}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies([cookie])
        page = context.new_page()
        page.add_init_script(REPORT_VIOLATIONS)
        page.goto("/platform/")
        page.get_by_role("link", name="Institutions", exact=True).first.click()
        page.get_by_role("row", name="North").get_by_role("checkbox").check()
        page.get_by_role("textbox", name="Reason").fill("Unpaid")
        page.get_by_role("combobox", name="Action").select_option("suspend")
        page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
        expect(page.get_by_text("Done for 1.")).to_be_visible()
        assert page.evaluate("sessionStorage.violations") is None
        browser.close()
    assert Institution.objects.get(id=alice.institution.id).suspended_because == "Unpaid"

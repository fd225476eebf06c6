"""A passkey in Chromium, with an authenticator that the browser itself acts out: made, shown, taken away."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import CDPSession, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts import services
from tests.conftest import PASSWORD
from tests.flows.browser import FLAGS, chromium_path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.embedded_only,
    pytest.mark.django_db(transaction=True),
]

REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", event => {
  sessionStorage.violations = (sessionStorage.violations ?? "") + event.violatedDirective + " ";
}, true);
"""
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    services.register_institution(name="North", email="alice@north.example", password=PASSWORD)
    cache.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = browser.new_context(base_url=live_server.url).new_page()
        page.add_init_script(REPORT_VIOLATIONS)
        yield page
        assert page.evaluate("sessionStorage.violations") is None
        browser.close()


@pytest.fixture
def device(page: Page) -> str:
    """The id of a device that holds passkeys and always finds its owner there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.context.session_of_device = session  # type: ignore[attr-defined]
    return str(made["authenticatorId"])


def session_of(page: Page) -> CDPSession:
    session: CDPSession = page.context.session_of_device  # type: ignore[attr-defined]
    return session


def type_password(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("Email address").fill("alice@north.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).press("Enter")


def add_passkey(page: Page, *, alone: bool) -> None:
    type_password(page)
    page.wait_for_url("**/exams/")
    page.goto("/account/factor/")
    page.get_by_role("link", name="Add a passkey").press("Enter")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/factor/passkeys/new/")
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("It opens my account alone").set_checked(alone)
    page.get_by_role("button", name="Add the passkey").press("Enter")
    page.wait_for_url("**/account/factor/codes/")
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


@pytest.mark.usefixtures("device")
def test_a_passkey_opens_the_account_alone(page: Page) -> None:
    add_passkey(page, alone=True)
    sign_out(page)
    page.goto("/login/?next=/account/factor/")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    page.wait_for_url("**/account/factor/")
    expect(page.get_by_text("My phone added")).to_be_visible()
    page.get_by_role("link", name="Remove My phone").press("Enter")
    page.wait_for_url("**/account/again/**")
    page.get_by_role("link", name="Use a security key").press("Enter")
    page.get_by_role("button", name="Use the passkey").press("Enter")
    page.wait_for_url("**/remove/")
    page.get_by_role("button", name="Remove the passkey").press("Enter")
    page.wait_for_url("**/account/factor/")
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    expect(page.get_by_text("My phone added")).to_have_count(0)
    sign_out(page)
    page.goto("/login/")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(page.get_by_text("This passkey opens nothing here.")).to_be_visible()


@pytest.mark.usefixtures("device")
def test_a_passkey_is_the_second_factor_after_the_password(page: Page) -> None:
    add_passkey(page, alone=False)
    sign_out(page)
    type_password(page)
    page.wait_for_url("**/login/code/")
    page.get_by_role("button", name="Use your passkey instead").press("Enter")
    page.wait_for_url("**/exams/")


def test_who_does_not_agree_is_told_what_to_do(page: Page, device: str) -> None:
    add_passkey(page, alone=True)
    sign_out(page)
    page.goto("/login/")
    session_of(page).send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    button = page.get_by_role("button", name="Sign in with a passkey")
    button.press("Enter")
    expect(page.get_by_text("No passkey was used. Try again, or use another way.")).to_be_visible()
    session_of(page).send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    expect(button).to_be_enabled()
    button.press("Enter")
    page.wait_for_url("**/exams/")

"""Debian's Chromium under Playwright, with a film for a camera and a recording for a microphone."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]

# A machine may be busy with other things; nothing here measures speed.
expect.set_options(timeout=30_000)

# A headless Chromium keeps every tab visible, so leaving the tab is acted out at the document's edge.
SET_VISIBILITY = """state => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def chromium_path() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found:
        return found
    message = "no Chromium found: install it (Debian: apt-get install chromium) to run this test"
    if os.environ.get("REQUIRE_EVERYTHING"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def browser_with_camera(film: Path, voice: Path | None = None) -> Iterator[Browser]:
    sources = [f"--use-file-for-fake-video-capture={film}"]
    if voice is not None:
        sources.append(f"--use-file-for-fake-audio-capture={voice}")
    with chromium(*sources) as browser:
        yield browser


def hide_tab(page: Page) -> None:
    page.evaluate(SET_VISIBILITY, "hidden")


def show_tab(page: Page) -> None:
    page.evaluate(SET_VISIBILITY, "visible")

"""A server with something on every page, and a browser that is signed in to it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.flows.browser import FLAGS, chromium_path
from tests.flows.server import ROOT, Server, serving
from tests.pages.seed import Plan, Visit

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Tour:
    server: Server
    browser: Browser
    plan: Plan
    asked: set[str] = field(default_factory=set)
    """Every server that any page has sent a request to."""

    def context(self, visitor: str, *, dark: bool = False, phone: bool = False) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.server.url,
            color_scheme="dark" if dark else "light",
            viewport=PHONE if phone else DESKTOP,
            reduced_motion="reduce",
            permissions=["camera", "microphone"],
        )

        def note(request: Request) -> None:
            address = urlsplit(request.url)
            if address.netloc:
                self.asked.add(f"{address.scheme}://{address.netloc}")

        context.on("request", note)
        key = self.plan.cookies.get(visitor)
        if key:
            context.add_cookies([{"name": "sessionid", "value": key, "url": self.server.url}])
        return context


@contextmanager
def touring(var_dir: Path, *, models_dir: Path) -> Iterator[Tour]:
    plan = _seeded(var_dir, models_dir)
    with serving(var_dir, models_dir=models_dir) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield Tour(server, browser, plan)
        finally:
            browser.close()


def shown(page: Page, visit: Visit) -> bool:
    """Open the page; False where the address answers with no page (a file, a refusal, a way elsewhere)."""
    asked = page.request.get(visit.path, max_redirects=0)
    kind = asked.headers.get("content-type", "")
    if asked.status != 200 or not kind.startswith("text/html") or "content-disposition" in asked.headers:
        return False
    if not asked.text().lstrip().lower().startswith("<!doctype html>"):
        return False  # a part that a page fetches
    page.goto(visit.path, wait_until="load")
    return True


def _seeded(var_dir: Path, models_dir: Path) -> Plan:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "VAR_DIR": str(var_dir),
        "MODELS_DIR": str(models_dir),
    }
    seeded = subprocess.run(
        [sys.executable, "-m", "tests.pages.seed"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if seeded.returncode != 0:
        raise RuntimeError(f"nothing could be put on the pages:\n{seeded.stderr}")
    plan = json.loads(seeded.stdout)
    return Plan([Visit(**visit) for visit in plan["visits"]], plan["cookies"])

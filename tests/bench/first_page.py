"""How soon the candidate's page can be used on a slow line: Chromium's own throttle, an empty cache.

`python -m tests.bench.first_page` prints JSON. The page is there when its first button answers a click.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import django
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.bench.machine import recording, this_machine
from tests.bench.page_weight import PageWeight, candidate_page
from tests.flows.browser import browser_with_camera
from tests.flows.fake_camera import write_mjpeg
from tests.flows.server import Server, serving

DOWN_BITS_PER_S = 1_600_000
UP_BITS_PER_S = 750_000
ROUND_TRIP_MS = 150
LOADS = 5
SLOWER = (1, 4)
LIMIT_MS = 60_000
FILM_S = 2

# Presses the room's first button as soon as there is one; `answered` is when the box that it opens is there.
PRESS = """
window.times = {};
const watch = new MutationObserver(() => {
  const button = document.querySelector("room-page button:not([disabled])");
  const chat = document.querySelector("room-page [data-action=chat]");
  if (button !== null && window.times.shown === undefined) window.times.shown = performance.now();
  if (chat !== null && window.times.pressed === undefined) {
    window.times.pressed = performance.now();
    chat.click();
  }
  if (document.querySelector("#chat-box") !== null) {
    watch.disconnect();
    requestAnimationFrame(() => { window.times.answered = performance.now(); });
  }
});
watch.observe(document, { childList: true, subtree: true });
"""


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Milliseconds from asking for the page; `carried_kb` is what came down on the line for it."""

    slower_processor: int
    loads: int
    carried_kb: float
    shown_ms: int
    interactive_ms: int
    slowest_interactive_ms: int


@dataclass(frozen=True, slots=True)
class FirstPages:
    down_kbit_per_s: int
    round_trip_ms: int
    weight: PageWeight
    pages: tuple[FirstPage, ...]


@dataclass(frozen=True, slots=True)
class _Load:
    carried_bytes: float
    shown_ms: float
    interactive_ms: float


def measure_first_page() -> FirstPages:
    with _seat() as (browser, seat):
        pages = tuple(_page(browser, seat, slower) for slower in SLOWER)
    return FirstPages(DOWN_BITS_PER_S // 1000, ROUND_TRIP_MS, candidate_page(), pages)


@contextmanager
def _seat() -> Iterator[tuple[Browser, "_Seat"]]:
    clip, models_dir = recording()
    with (
        tempfile.TemporaryDirectory(prefix="invigil-page-") as folder,
        serving(Path(folder), models_dir=models_dir) as server,
        browser_with_camera(write_mjpeg(clip, Path(folder) / "film.mjpeg", to_s=FILM_S)) as browser,
    ):
        yield browser, _joined(browser, server)


@dataclass(frozen=True, slots=True)
class _Seat:
    """The room's address, and the cookies of who may sit there."""

    url: str
    state: str


def _joined(browser: Browser, server: Server) -> _Seat:
    # Only now: the flows know Django, which whoever measures has set up.
    from tests.flows.test_one_exam import add_candidate, create_exam, join, register

    examiner = browser.new_context(base_url=server.url).new_page()
    register(examiner)
    create_exam(examiner)
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    join(page, add_candidate(examiner))
    page.locator("room-page").wait_for()
    seat = _Seat(page.url, json.dumps(context.storage_state()))
    context.close()
    return seat


def _page(browser: Browser, seat: _Seat, slower: int) -> FirstPage:
    loads = [_load(browser, seat, slower) for _ in range(LOADS)]
    return FirstPage(
        slower_processor=slower,
        loads=len(loads),
        carried_kb=round(median(load.carried_bytes for load in loads) / 1000, 1),
        shown_ms=round(median(load.shown_ms for load in loads)),
        interactive_ms=round(median(load.interactive_ms for load in loads)),
        slowest_interactive_ms=round(max(load.interactive_ms for load in loads)),
    )


def _load(browser: Browser, seat: _Seat, slower: int) -> _Load:
    """One load by a browser that was never here before."""
    context = browser.new_context(storage_state=json.loads(seat.state))
    try:
        page = context.new_page()
        page.add_init_script(PRESS)
        carried = _slowed(context, page, slower)
        page.goto(seat.url, wait_until="commit")
        page.wait_for_function("() => window.times.answered !== undefined", timeout=LIMIT_MS)
        times = page.evaluate("() => window.times")
        return _Load(sum(carried), times["shown"], times["answered"])
    finally:
        context.close()


def _slowed(context: BrowserContext, page: Page, slower: int) -> list[float]:
    """The page's line and processor from now on; the list grows by what each answer weighed."""
    session: CDPSession = context.new_cdp_session(page)
    carried: list[float] = []
    session.on("Network.loadingFinished", lambda event: carried.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": DOWN_BITS_PER_S / 8,
            "uploadThroughput": UP_BITS_PER_S / 8,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return carried


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="invigil-page-") as var_dir:
        os.environ.update(DJANGO_SETTINGS_MODULE="config.settings.base", VAR_DIR=var_dir)
        django.setup()
        pages = measure_first_page()
    print(json.dumps({"machine": asdict(this_machine()), "first_page": asdict(pages)}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

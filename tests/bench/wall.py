"""How smooth a full wall is in headless Chromium, and what it weighs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.wall_page import wall_served
from tests.flows.browser import FLAGS, chromium_path

# Counts what the browser draws, and the longest time between two pictures.
COUNT_FRAMES = """seconds => new Promise(done => {
  let frames = 0, slowest = 0, last = performance.now();
  const begun = last, told = window.told;
  function drawn(now) {
    frames += 1;
    slowest = Math.max(slowest, now - last);
    last = now;
    if (now - begun < seconds * 1000) requestAnimationFrame(drawn);
    else done({ frames, slowest, lasted: now - begun, told: window.told - told });
  }
  requestAnimationFrame(drawn);
})"""
SCROLL = "pixels => new Promise(done => requestAnimationFrame(() => { scrollBy(0, pixels); done(); }))"
VIEW_PX = {"width": 1440, "height": 900}
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WallCost:
    """`page_mb` is what the page's own process holds for itself, of which scripts hold `script_mb`."""

    candidates: int
    updates_per_s: float
    frames_per_s: float
    slowest_frame_ms: float
    tiles_in_page: int
    script_mb: float
    page_mb: float


def measure_wall(candidates: int = 200, seconds: float = 10.0) -> WallCost:
    with wall_served(candidates) as address, _page() as page:
        page.goto(address)
        page.wait_for_function(
            "() => window.told > 200 && document.querySelectorAll('.wall-tile').length > 0"
        )
        counted = page.evaluate(COUNT_FRAMES, seconds)
        tiles = page.locator(".wall-tile").count()
        page.evaluate(SCROLL, 3000)
        cdp = page.context.new_cdp_session(page)
        lasted_s = counted["lasted"] / 1000
        return WallCost(
            candidates=candidates,
            updates_per_s=round(counted["told"] / lasted_s, 1),
            frames_per_s=round(counted["frames"] / lasted_s, 1),
            slowest_frame_ms=round(counted["slowest"], 1),
            tiles_in_page=tiles,
            script_mb=round(_script_bytes(cdp) / MB, 1),
            page_mb=round(_page_bytes(page) / MB, 1),
        )


@contextmanager
def _page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            yield browser.new_page(viewport=VIEW_PX)
        finally:
            browser.close()


def _script_bytes(cdp: CDPSession) -> float:
    cdp.send("Performance.enable")
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "JSHeapUsedSize"))


def _page_bytes(page: Page) -> int:
    """The private memory of the largest process that draws a page; there is one page."""
    browser = page.context.browser
    assert browser is not None
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return max(_private_bytes(process["id"]) for process in processes if process["type"] == "renderer")


def _private_bytes(process_id: int) -> int:
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("Private_")]
    return sum(kilobytes) * 1024

"""`make screenshots`: a picture of every page, at desk and phone width, light and dark."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, TimeoutError

from tests.flows.server import ROOT
from tests.pages.visiting import Tour, shown, touring

MODELS = Path(os.environ.get("MODELS_DIR", ROOT.parent / "shared" / "models"))
LOOKS = [(phone, dark) for phone in (False, True) for dark in (False, True)]


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as var_dir,
        touring(Path(var_dir), models_dir=MODELS) as tour,
    ):
        count = sum(_take(tour, out, phone=phone, dark=dark) for phone, dark in LOOKS)
    print(f"{count} pictures in {out}")


def _take(tour: Tour, out: Path, *, phone: bool, dark: bool) -> int:
    look = f"{'phone' if phone else 'desk'}-{'dark' if dark else 'light'}"
    taken = 0
    for visitor in ("nobody", "owner", "seat"):
        with tour.context(visitor, dark=dark, phone=phone) as context:
            page = context.new_page()
            for visit in (one for one in tour.plan.visits if one.visitor == visitor):
                if not shown(page, visit):
                    continue
                _settled(page)
                page.screenshot(path=out / f"{visit.name.replace(':', '-')}-{look}.png", full_page=True)
                taken += 1
    return taken


def _settled(page: Page) -> None:
    """A page that opens a socket is shown as it is once that is open, or as it stays without."""
    connected = "() => !/Connecting|Looking for you/.test(document.body.innerText)"
    with suppress(TimeoutError):
        page.wait_for_function(connected, timeout=5000)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots"))

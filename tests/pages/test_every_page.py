"""No page breaks a rule of axe, none is wider than a phone, and the keyboard reaches every control."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.pages.looking import axe_violations, out_of_reach, overflow_px, styled_late
from tests.pages.visiting import Tour, shown, touring

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.embedded_only]
FEWEST_PAGES = 60


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Tour]:
    with touring(tmp_path_factory.mktemp("pages"), models_dir=models_dir) as tour:
        yield tour


def _walk(tour: Tour, context: BrowserContext, visitor: str) -> Iterator[tuple[str, Page]]:
    page = context.new_page()
    for visit in tour.plan.visits:
        if visit.visitor == visitor and shown(page, visit):
            yield visit.name, page


VISITORS = ("nobody", "owner", "seat")


def test_no_page_breaks_a_rule_of_accessibility_and_tab_reaches_every_control(tour: Tour) -> None:
    wrong, seen = [], 0
    for visitor in VISITORS:
        with tour.context(visitor) as context:
            for name, page in _walk(tour, context, visitor):
                seen += 1
                wrong += [f"{name}: {violation}" for violation in axe_violations(page)]
                wrong += [f"{name}: Tab never reaches {control}" for control in out_of_reach(page)]
    assert not wrong, "\n".join(wrong)
    assert seen >= FEWEST_PAGES
    # No font, script, picture or socket comes from anybody else.
    assert tour.asked == {tour.server.url}


def test_in_the_dark_everything_can_be_read(tour: Tour) -> None:
    wrong = []
    for visitor in VISITORS:
        with tour.context(visitor, dark=True) as context:
            for name, page in _walk(tour, context, visitor):
                wrong += [f"{name}: {found}" for found in axe_violations(page, rules=["color-contrast"])]
    assert not wrong, "\n".join(wrong)


def test_on_a_phone_no_page_is_pushed_sideways_or_shown_before_its_styles(tour: Tour) -> None:
    wide, late = {}, {}
    for visitor in VISITORS:
        with tour.context(visitor, phone=True) as context:
            for name, page in _walk(tour, context, visitor):
                if overflow_px(page) > 0:
                    wide[name] = overflow_px(page)
                if styled_late(page):
                    late[name] = styled_late(page)
    assert wide == {}
    assert late == {}

"""What is asked of a page in a browser: axe's rules, its width, and what the keyboard reaches."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# What can be reached now: visible, not switched off, and of a group of radio buttons only one.
_CONTROLS = """() => {
  const groups = new Set();
  const found = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, iframe, [tabindex]")].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || one.type === "hidden") return false;
    if (!one.checkVisibility({ visibilityProperty: true })) return false;
    if (one.type !== "radio") return true;
    const group = `${one.form?.id}.${one.name}`;
    const first = !groups.has(group);
    groups.add(group);
    return first;
  });
  found.forEach((one, place) => { one.dataset.place = String(place); });
  return found.map((one) => one.outerHTML.slice(0, 120));
}"""
_FOCUSED = """() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return null;
  const radio = one.type === "radio"
    ? [...document.querySelectorAll("input[type=radio]")].find((other) =>
        other.name === one.name && other.form === one.form && other.dataset.place !== undefined)
    : null;
  const place = (radio ?? one).dataset.place;
  return place === undefined ? -1 : Number(place);
}"""
_TOO_WIDE = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def axe_violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe finds wrong, a line each: the rule, and where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    only: dict[str, Any] = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate("only => axe.run(document, { runOnly: only, resultTypes: ['violations'] })", only)
    return [
        f"{violation['id']} at {node['target']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def overflow_px(page: Page) -> int:
    """How far the page must be pushed sideways to be read whole."""
    return int(page.evaluate(_TOO_WIDE))


def styled_late(page: Page) -> list[str]:
    """Style sheets that the body names: until they are there, a page is shown without them."""
    late: list[str] = page.evaluate(
        "() => [...document.body.querySelectorAll('link[rel=stylesheet]')].map((one) => one.href)"
    )
    return late


def out_of_reach(page: Page) -> list[str]:
    """Controls that Tab, pressed from the top of the page, never comes to."""
    controls: list[str] = page.evaluate(_CONTROLS)
    page.evaluate("() => { document.activeElement?.blur(); window.getSelection()?.removeAllRanges(); }")
    reached: set[int] = set()
    # A field for a date takes a press for each of its parts.
    for _ in range(4 * len(controls) + 20):
        page.keyboard.press("Tab")
        place = page.evaluate(_FOCUSED)
        if place is not None:
            reached.add(place)
        if reached >= set(range(len(controls))):
            break
    return [control for place, control in enumerate(controls) if place not in reached]

"""How much script a page of the front end loads, as the build's manifest tells it."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIST = Path(__file__).resolve().parent.parent.parent / "frontend" / "dist"
CANDIDATE_ENTRIES = ("src/entries/candidate_base.ts", "src/entries/candidate_room.ts")
# What base.html names beside the entries.
EARLY = ("early_theme.js",)
# What the room's own code names by its address.
WORKLETS = ("sound_worklet.js",)


@dataclass(frozen=True, slots=True)
class PageWeight:
    """Bytes, gzipped: before the page is there, and what it fetches only when an exam asks for it."""

    script_bytes: int
    lazy_script_bytes: int
    style_bytes: int


def candidate_page() -> PageWeight:
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    first = needed_by(manifest, CANDIDATE_ENTRIES)
    lazy = {
        chunk
        for name in first
        for entry in manifest[name].get("dynamicImports", ())
        for chunk in needed_by(manifest, (entry,))
        if chunk not in first
    }
    return PageWeight(
        script_bytes=_gzipped([*(manifest[name]["file"] for name in first), *EARLY]),
        lazy_script_bytes=_gzipped([*(manifest[name]["file"] for name in lazy), *WORKLETS]),
        style_bytes=_gzipped({style for name in first for style in manifest[name].get("css", ())}),
    )


def needed_by(manifest: dict[str, Any], entries: Iterable[str]) -> list[str]:
    """The chunks of these entries and all that they import at once, each once and after what it imports."""
    found: list[str] = []
    for entry in entries:
        _gather(manifest, entry, found)
    return found


def _gather(manifest: dict[str, Any], name: str, found: list[str]) -> None:
    if name not in found:
        for needed in manifest[name].get("imports", ()):
            _gather(manifest, needed, found)
        found.append(name)


def _gzipped(files: Iterable[str]) -> int:
    return sum(len(gzip.compress((DIST / file).read_bytes(), 9)) for file in files)

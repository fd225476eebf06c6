"""The tags of an entry: its styles, what it imports, and its script, each named once."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.templatetags.vite import FrontEndMissing, vite_asset

MANIFEST = {
    "page.ts": {"file": "page-1.js", "imports": ["_wide.js", "_deep.js"], "css": ["page.css"]},
    "_wide.js": {"file": "wide-1.js", "imports": ["_deep.js"], "css": ["shared.css"]},
    "_deep.js": {"file": "deep-1.js", "css": ["shared.css"]},
    "plain.ts": {"file": "plain-1.js"},
    "later.ts": {"file": "later-1.js", "dynamicImports": ["_deep.js"]},
}


@pytest.fixture(autouse=True)
def manifest(tmp_path: Path, settings: Any) -> Path:
    settings.STATIC_URL = "/static/"
    settings.VITE_MANIFEST = tmp_path / "manifest.json"
    settings.VITE_MANIFEST.write_text(json.dumps(MANIFEST))
    return tmp_path / "manifest.json"


def test_what_an_entry_imports_is_asked_for_at_once() -> None:
    assert vite_asset("page.ts").split("\n") == [
        '<link rel="stylesheet" href="/static/dist/shared.css">',
        '<link rel="stylesheet" href="/static/dist/page.css">',
        '<link rel="modulepreload" href="/static/dist/deep-1.js">',
        '<link rel="modulepreload" href="/static/dist/wide-1.js">',
        '<script type="module" src="/static/dist/page-1.js"></script>',
    ]


@pytest.mark.parametrize("entry", ["plain", "later"])
def test_what_comes_later_is_not_asked_for(entry: str) -> None:
    script = f'<script type="module" src="/static/dist/{entry}-1.js"></script>'
    assert vite_asset(f"{entry}.ts").split() == script.split()


def test_a_front_end_that_was_not_built_is_said(manifest: Path) -> None:
    manifest.unlink()
    with pytest.raises(FrontEndMissing, match="make front-end"):
        vite_asset("page.ts")

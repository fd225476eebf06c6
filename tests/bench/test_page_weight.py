"""The candidate's page stays light, for laptops and lines that are not."""

import json

import pytest

from tests.bench.page_weight import DIST, candidate_page, needed_by

MOST_BYTES = 150_000
BUILT = pytest.mark.skipif(not DIST.is_dir(), reason="the front end is not built: run `make front-end`")


@BUILT
def test_the_candidates_page_loads_at_most_150_kb_of_script() -> None:
    weight = candidate_page()
    assert 10_000 < weight.script_bytes <= MOST_BYTES
    # Also in an exam that asks for everything.
    assert weight.script_bytes + weight.lazy_script_bytes <= MOST_BYTES


@BUILT
def test_beside_each_script_and_style_lies_what_a_slow_line_carries() -> None:
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    chunks = manifest.values()
    files = {file for chunk in chunks for file in (chunk["file"], *chunk.get("css", ()))}
    assert {
        file for file in files if not all((DIST / f"{file}{end}").is_file() for end in (".gz", ".br"))
    } == set()


@BUILT
def test_no_script_imports_a_pages_entry() -> None:
    """In production an entry goes by another name as well, and under both it would run twice."""
    chunks = json.loads((DIST / ".vite" / "manifest.json").read_text()).values()
    imported = {name for chunk in chunks for name in chunk.get("imports", ())}
    assert [chunk["src"] for chunk in chunks if chunk.get("isEntry") and chunk["src"] in imported] == []


def test_what_is_shared_is_counted_once_and_what_comes_later_not_at_all() -> None:
    manifest = {
        "page": {"imports": ["shared"], "dynamicImports": ["later"]},
        "base": {"imports": ["shared"]},
        "shared": {"imports": ["deep"]},
        "deep": {},
        "later": {},
    }
    assert needed_by(manifest, ["page", "base"]) == ["deep", "shared", "page", "base"]

"""No script of ours makes markup or code out of text, asks another host, or listens to other windows."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "frontend" / "src"
FORBIDDEN = {
    "markup": re.compile(r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|unsafeHTML|unsafeSVG|document\.write"),
    "code": re.compile(r"\beval\(|new Function\(|setTimeout\(\s*[\"'`]|javascript:"),
    "other windows": re.compile(r"addEventListener\(\s*[\"']message[\"']|\.postMessage\(.*[\"']\*[\"']"),
    "another host": re.compile(r"(fetch|import|WebSocket|EventSource|sendBeacon)\(\s*[\"'`](https?|wss?):"),
}


def scripts() -> list[Path]:
    return sorted(
        path for path in SOURCE.rglob("*.ts") if not path.name.endswith((".test.ts", ".fixture.ts"))
    )


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_script_makes_markup_or_code_of_text(what: str) -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{number}: {line.strip()}"
        for path in scripts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("markup", "element.innerHTML = name;"),
        ("markup", "element.insertAdjacentHTML('beforeend', name)"),
        ("code", "eval(text)"),
        ("other windows", 'window.addEventListener("message", taken)'),
        ("another host", 'fetch("https://elsewhere.example/")'),
    ],
)
def test_what_is_planted_is_found(what: str, line: str) -> None:
    assert FORBIDDEN[what].search(line)

"""What looks empty is told from what is to be read, in every script."""

import pytest

from accounts.visible import shows_something


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b", "\u00a0\u2003", "\u2060\ufeff", "\u202e", "\u3164", "\u2800", "\u0301", "\u00ad"],
)
def test_nothing_is_seen(text: str) -> None:
    assert not shows_something(text)


@pytest.mark.parametrize("text", ["a", "\u200bx", "é", "e\u0301", "試験", "امتحان", "परीक्षा", "1", "?", "🎓"])
def test_something_is_seen(text: str) -> None:
    assert shows_something(text)

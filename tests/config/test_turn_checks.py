"""A TURN server is set up whole or not at all."""

import pytest
from django.test import override_settings

from config.checks import refuse_half_a_turn_server


def found(**values: object) -> list[str | None]:
    with override_settings(**values):
        return [message.id for message in refuse_half_a_turn_server(None)]


def test_without_a_turn_server_nothing_is_missing() -> None:
    assert found() == []


@pytest.mark.parametrize(
    "url",
    [
        "turn:turn.exams.example",
        "turn:turn.exams.example:3478?transport=udp",
        "turns:turn.exams.example:5349?transport=tcp",
        "turn:[2001:db8::1]:3478",
    ],
)
def test_an_address_that_browsers_take_passes(url: str) -> None:
    assert found(TURN_URLS=[url], TURN_SECRET="s") == []


@pytest.mark.parametrize(
    "url", ["https://turn.example", "turn:", "turn:a b", "stun:turn.example", "turn:x?transport=sctp"]
)
def test_an_address_that_no_browser_takes_is_named(url: str) -> None:
    assert found(TURN_URLS=[url], TURN_SECRET="s") == ["invigil.E009"]


def test_servers_without_a_secret_and_a_relay_without_servers_are_refused() -> None:
    assert found(TURN_URLS=["turn:turn.example"], TURN_SECRET="") == ["invigil.E010"]
    assert found(LIVE_VIDEO_RELAY_ONLY=True) == ["invigil.E011"]

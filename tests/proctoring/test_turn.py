"""Credentials for a TURN server: the ones that coturn's own tool makes, and none where there is no server."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from proctoring import turn
from tests.turn_server import ALLOCATED, UNAUTHORIZED, TurnServer, allocate, turn_server

NOW_S = 1_800_000_000.9


@pytest.fixture
def one_server(settings: Any) -> None:
    settings.TURN_URLS = ["turn:turn.example:3478?transport=udp", "turns:turn.example:5349?transport=tcp"]
    settings.TURN_SECRET = "north"
    settings.TURN_LIFE_S = 3600


def test_without_servers_a_browser_finds_its_own_way() -> None:
    assert turn.ice_for("w", now_s=NOW_S) == {"servers": [], "relay_only": False}


@pytest.mark.usefixtures("one_server")
def test_a_house_may_ask_for_the_relay_alone(settings: Any) -> None:
    settings.LIVE_VIDEO_RELAY_ONLY = True
    assert turn.ice_for("w1", now_s=NOW_S)["relay_only"] is True


@pytest.mark.usefixtures("one_server")
def test_a_credential_names_when_it_ends_and_nobody() -> None:
    assert turn.ice_for("w1", now_s=NOW_S) == {
        "servers": [
            {
                "urls": ["turn:turn.example:3478?transport=udp", "turns:turn.example:5349?transport=tcp"],
                "username": "1800003600:w1",
                "credential": turn.credential_of("1800003600:w1", "north"),
            }
        ],
        "relay_only": False,
    }


def test_the_credential_is_the_hmac_of_the_name() -> None:
    # RFC 2202, test case 2, in base64.
    assert turn.credential_of("what do ya want for nothing?", "Jefe") == "7/zfauXrL6LSdBbV8YTfnCWafHk="


@pytest.fixture(scope="module")
def coturn() -> Iterator[TurnServer]:
    with turn_server("north") as running:
        yield running


@pytest.mark.slow
@pytest.mark.embedded_only
def test_coturn_lets_our_credential_in(coturn: TurnServer, settings: Any) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = [coturn.url], coturn.secret
    (given,) = turn.ice_for("w1", now_s=time.time())["servers"]
    assert allocate(coturn, given["username"], given["credential"]) == ALLOCATED


@pytest.mark.slow
@pytest.mark.embedded_only
@pytest.mark.parametrize(("life_s", "secret"), [(-5, "north"), (600, "south")])
def test_coturn_refuses_one_that_has_ended_or_has_another_secret(
    coturn: TurnServer, life_s: int, secret: str
) -> None:
    username = f"{int(time.time()) + life_s}:w1"
    assert allocate(coturn, username, turn.credential_of(username, secret)) == UNAUTHORIZED
